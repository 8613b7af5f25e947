#include <gmock/gmock.h>

#include <harness/base/json.hpp>

namespace memgrade {
namespace {

using testing::HasSubstr;

TEST(Json, KeysKeepTheirOrder) {
  const auto value = parse_json(R"({"z": 1, "a": [true, null, 0.5], "m": "x"})");
  ASSERT_TRUE(value);
  EXPECT_EQ(dump_json(*value, -1), R"({"z":1,"a":[true,null,0.5],"m":"x"})");
}

TEST(Json, ErrorNamesPlaceAndByte) {
  const auto value = parse_json("{\"a\": 1,, }", "evidence.json");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind, ErrorKind::io);
  EXPECT_EQ(value.error().where, "evidence.json");
  EXPECT_THAT(value.error().message, HasSubstr("byte 9"));
  EXPECT_THAT(value.error().message, testing::Not(HasSubstr("json.exception")));
}

TEST(Json, HostileTextIsAnErrorAndNoCrash) {
  EXPECT_FALSE(parse_json(""));
  EXPECT_FALSE(parse_json("1e99999"));
  EXPECT_FALSE(parse_json("\"\xff\""));
  EXPECT_FALSE(parse_json(std::string("{\"a\":\0}", 7)));
  EXPECT_FALSE(parse_json(std::string(200'000, '[') + std::string(200'000, ']')));
  EXPECT_TRUE(parse_json(std::string(400, '[') + std::string(400, ']')));
}

TEST(Json, BytesThatAreNotUtf8AreWrittenAsReplacement) {
  EXPECT_EQ(dump_json(Json{{"out",
                            "a\xff"
                            "b"}},
                      -1),
            "{\"out\":\"a\xEF\xBF\xBD"
            "b\"}");
}

TEST(Json, WithUtf8EveryTextSurvivesItsSerialisedForm) {
  const Json made =
      with_utf8({{"a\xff", Json::array({"b\xfe\x80", 3, nullptr})}, {"c", {{"d", "\xc3\xa9"}}}});
  EXPECT_EQ(*parse_json(dump_json(made)), made);
  EXPECT_EQ(made["a\xef\xbf\xbd"][1], 3);
  EXPECT_EQ(made["c"]["d"], "\xc3\xa9");
}

}  // namespace
}  // namespace memgrade
