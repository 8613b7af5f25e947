#include <gmock/gmock.h>

#include <fstream>
#include <harness/base/files.hpp>
#include <harness/vm/kernels/apt_sources.hpp>

namespace memgrade::vm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* lines = R"(# deb http://commented.example/debian bookworm main
deb http://one.example/debian bookworm main contrib # a remark
deb-src http://one.example/debian bookworm main
  deb	[ arch=amd64,arm64 signed-by=/k/a.gpg,/k/b.gpg trusted=yes lang+=de ] http://two.example/debian/ stable-updates main
debug http://one.example/debian bookworm main
deb http://one.example/debian
deb [signed-by=/never/closed http://one.example/debian bookworm main
deb http://security.example/security bookworm-security main
)";

constexpr const char* paragraphs = R"(# The mirrors of this house
Types: deb deb-src
URIs: http://one.example/debian
 http://two.example/debian
Suites: bookworm bookworm-updates
Components: main non-free
Signed-By: /k/a.gpg
# a comment within
Check-Valid-Until: no

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://security.example/security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----
)";

TEST(KernelSources, LinesOfBinaryPackagesAreRead) {
  const auto sources = parse_source_lines(lines);
  ASSERT_THAT(sources, SizeIs(3));
  EXPECT_THAT(sources[0].addresses, ElementsAre("http://one.example/debian"));
  EXPECT_THAT(sources[0].suites, ElementsAre("bookworm"));
  EXPECT_THAT(sources[0].components, ElementsAre("main", "contrib"));
  EXPECT_THAT(sources[0].options, IsEmpty());
  EXPECT_THAT(sources[1].addresses, ElementsAre("http://two.example/debian/"));
  EXPECT_EQ(sources[1].options.at("signed-by"), "/k/a.gpg /k/b.gpg");
  EXPECT_EQ(sources[1].options.at("arch"), "amd64 arm64");
  EXPECT_FALSE(sources[1].options.contains("lang+"));
  EXPECT_THAT(sources[2].suites, ElementsAre("bookworm-security"));
}

TEST(KernelSources, ParagraphsOfBinaryPackagesAreRead) {
  const auto sources = parse_source_paragraphs(paragraphs);
  ASSERT_THAT(sources, SizeIs(2));
  EXPECT_THAT(sources[0].addresses, ElementsAre("http://one.example/debian", "http://two.example/debian"));
  EXPECT_THAT(sources[0].suites, ElementsAre("bookworm", "bookworm-updates"));
  EXPECT_THAT(sources[0].components, ElementsAre("main", "non-free"));
  EXPECT_EQ(sources[0].options.at("signed-by"), "/k/a.gpg");
  EXPECT_EQ(sources[0].options.at("check-valid-until"), "no");
  EXPECT_THAT(sources[1].options.at("signed-by"), HasSubstr("\n .\n mQINBF\n"));
}

TEST(KernelSources, FilesAreReadAsTheirNamesSay) {
  const auto directory = TempDir::make(fs::temp_directory_path(), "memgrade-sources-");
  ASSERT_TRUE(directory);
  const fs::path parts = directory->path() / "parts";
  fs::create_directory(parts);
  std::ofstream(directory->path() / "sources.list") << "deb http://a.example/d bookworm main\n";
  std::ofstream(parts / "b.list") << "deb http://b.example/d bookworm main\n";
  std::ofstream(parts / "c.sources")
      << "Types: deb\nURIs: http://c.example/d\nSuites: bookworm\nComponents: main\n";
  std::ofstream(parts / "d.list.disabled") << "deb http://d.example/d bookworm main\n";
  std::vector<std::string> all;
  for (const PackageSource& source : read_sources(directory->path() / "sources.list", parts))
    all.push_back(source.addresses.front());
  EXPECT_THAT(all, ElementsAre("http://a.example/d", "http://b.example/d", "http://c.example/d"));
  EXPECT_THAT(read_sources(directory->path() / "none", directory->path() / "neither"), IsEmpty());
}

TEST(KernelSources, OnlyTheSuiteIsAnother) {
  EXPECT_EQ(
      sources_for(parse_source_lines("deb [signed-by=/k/a.gpg] http://one.example/debian bookworm main\n"),
                  {"bullseye"}),
      "Types: deb\nURIs: http://one.example/debian\nSuites: bullseye\nComponents: main\n"
      "Architectures: amd64\nTargets: Packages\nsigned-by: /k/a.gpg\n\n");
}

TEST(KernelSources, SecurityUpdatesComeFromWhereTheMachineHasThem) {
  const std::string text =
      sources_for(parse_source_paragraphs(paragraphs), {"bullseye", "bullseye-security"});
  EXPECT_THAT(text, HasSubstr("URIs: http://one.example/debian\nSuites: bullseye\n"));
  EXPECT_THAT(text, HasSubstr("URIs: http://two.example/debian\nSuites: bullseye\n"));
  EXPECT_THAT(text, HasSubstr("URIs: http://security.example/security\nSuites: bullseye-security\n"));
  EXPECT_THAT(text, HasSubstr("signed-by: \n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n"));
  EXPECT_THAT(text, Not(HasSubstr("security.example/security\nSuites: bullseye\n")));
  EXPECT_THAT(text, Not(HasSubstr("one.example/debian\nSuites: bullseye-security\n")));
}

TEST(KernelSources, WithoutASecurityEntryTheMainPlacesAreTriedAndBesideThem) {
  const std::string text =
      sources_for(parse_source_lines("deb http://one.example/debian/ trixie main\n"), {"bookworm-security"});
  EXPECT_THAT(text, HasSubstr("URIs: http://one.example/debian/\nSuites: bookworm-security\n"));
  EXPECT_THAT(text, HasSubstr("URIs: http://one.example/debian-security\nSuites: bookworm-security\n"));
}

TEST(KernelSources, AnEntryWithThatVerySuiteIsTakenAlone) {
  const std::string text =
      sources_for(parse_source_lines("deb http://new.example/debian bookworm main\n"
                                     "deb http://archive.example/debian bullseye main\n"),
                  {"bullseye"});
  EXPECT_THAT(text, HasSubstr("archive.example"));
  EXPECT_THAT(text, Not(HasSubstr("new.example")));
}

TEST(KernelSources, OtherPeoplesRepositoriesAreNoMirrors) {
  EXPECT_EQ(sources_for(parse_source_lines("deb http://tool.example/deb nodistro main\n"
                                           "deb http://tool.example/deb tool-bookworm main\n"
                                           "deb http://tool.example/deb bookworm stable\n"
                                           "deb http://other.example/ubuntu jammy main\n"
                                           "deb cdrom:[Debian]/ bookworm main\n"),
                        {"bullseye", "bullseye-security"}),
            "");
}

TEST(KernelSources, SignaturesAreNeverSwitchedOff) {
  const std::string text = sources_for(
      parse_source_lines("deb [trusted=yes allow-insecure=yes allow-weak=yes arch=i386 target=Contents-deb] "
                         "http://one.example/debian bookworm main\n"),
      {"bullseye"});
  for (const char* option : {"trusted", "allow", "i386", "Contents"})
    EXPECT_THAT(text, Not(HasSubstr(option)));
}

TEST(KernelSources, APlaceIsAskedOnce) {
  const std::string text =
      sources_for(parse_source_lines("deb http://one.example/debian bookworm main\n"
                                     "deb http://one.example/debian bookworm-updates main\n"),
                  {"bullseye"});
  EXPECT_EQ(text.find("URIs"), text.rfind("URIs"));
}

TEST(KernelRelease, TheNewestWithHeadersIsChosen) {
  const std::vector<std::string> names = {
      "linux-image-6.1.0-9-amd64",     "linux-headers-6.1.0-9-amd64",  "linux-headers-6.1.0-9-common",
      "linux-image-6.1.0-56-amd64",    "linux-headers-6.1.0-56-amd64", "linux-headers-6.1.0-56-common",
      "linux-image-6.1.0-57-amd64",    "linux-headers-6.1.0-57-amd64",  // no common headers
      "linux-image-6.12.1+deb12-amd64"};
  const KernelChoice choice = choose_release("6.1", names);
  EXPECT_EQ(choice.release, "6.1.0-56-amd64");
  EXPECT_EQ(choice.image, "linux-image-6.1.0-56-amd64");
  EXPECT_EQ(choice.headers, "linux-headers-6.1.0-56-amd64");
  EXPECT_EQ(choice.common, "linux-headers-6.1.0-56-common");
  EXPECT_EQ(choose_release("6.12", names).release, "");
  EXPECT_EQ(choose_release("5.10", {}).release, "");
}

TEST(KernelRelease, OtherFlavoursAndDebugSymbolsAreNotTaken) {
  std::vector<std::string> names;
  for (const char* flavour : {"cloud-amd64", "rt-amd64", "amd64-dbg", "686-pae"}) {
    names.push_back(std::string("linux-image-6.1.0-9-") + flavour);
    names.push_back(std::string("linux-headers-6.1.0-9-") + flavour);
  }
  for (const char* version : {"6.1.0-9", "6.1.0-9-cloud", "6.1.0-9-rt"})
    names.push_back(std::string("linux-headers-") + version + "-common");
  EXPECT_EQ(choose_release("6.1", names).release, "");
}

TEST(KernelRelease, TheSignedImageIsPreferredAndTheUnsignedServes) {
  const std::vector<std::string> headers = {"linux-headers-6.12.117+deb12-amd64",
                                            "linux-headers-6.12.117+deb12-common"};
  const std::string image = "linux-image-6.12.117+deb12-amd64";
  for (const std::vector<std::string>& images :
       {std::vector{image, image + "-unsigned"}, {image + "-unsigned", image}}) {
    std::vector<std::string> names = headers;
    names.insert(names.end(), images.begin(), images.end());
    EXPECT_EQ(choose_release("6.12", names).image, image);
  }
  EXPECT_EQ(choose_release("6.12", {headers[0], headers[1], image + "-unsigned"}).image, image + "-unsigned");
}

TEST(KernelRelease, PackagesAreReadFromWhatAptCacheShows) {
  const auto packages = parse_packages(
      "Package: linux-headers-6.1.0-9-amd64\nVersion: 6.1.27-1\nInstalled-Size: 10\n"
      "Depends: linux-headers-6.1.0-9-common (= 6.1.27-1), linux-kbuild-6.1 (>= 6.1.27-1), gcc-12\nSize: "
      "4711\n"
      "Description: headers\n about: Size: 1\n\n"
      "Package: linux-headers-6.1.0-9-amd64\nVersion: 6.1.20-1\nSize: 1\n\nPackage: b\nVersion: 2\n");
  ASSERT_THAT(packages, SizeIs(2));
  EXPECT_EQ(packages[0].version, "6.1.27-1");
  EXPECT_EQ(packages[0].download_bytes, 4711U);
  EXPECT_EQ(packages[0].installed_bytes, 10240U);
  EXPECT_EQ(kbuild_package(packages[0].depends), "linux-kbuild-6.1");
  EXPECT_EQ(packages[1].name, "b");
  EXPECT_EQ(kbuild_package("linux-kbuild-6.12.117+deb12, gcc-12"), "linux-kbuild-6.12.117+deb12");
  EXPECT_EQ(kbuild_package("gcc-12"), "");
}

}  // namespace
}  // namespace memgrade::vm
