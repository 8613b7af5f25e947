#include <gmock/gmock.h>
#include <harness/tests/unit/judge/evidence_builder.hpp>

namespace memgrade::judge {
namespace {

const Json kTruth = parsed(R"({"rows": 3, "virtual": [16916, 62493, 30198], "physical": [20, 285, 758],
                               "value": [0, 0, 29]})");
const Json kAll = parsed(R"({"fact": "book.translations", "to": "oracle.book.translations",
                             "columns": ["virtual", "physical", "value"]})");
const Json kFrames = parsed(R"({"fact": "book.translations", "to": "oracle.book.translations",
                                "columns": ["virtual", "physical"], "modulo": {"virtual": 65536},
                                "frames": {"column": "physical", "page_bytes": 256, "count": 4}})");

Scene printed(Json table, Json truth = kTruth) {
  return Scene::of({{"translations", std::move(table)}}, {{"translations", std::move(truth)}});
}

Json changed(const char* column, std::size_t row, Json value) {
  Json table = kTruth;
  table[column][row] = std::move(value);
  return table;
}

TEST(Table, SameRowsPass) {
  EXPECT_TRUE(printed(kTruth).passes("table", kAll));
  EXPECT_EQ(printed(kTruth).ask("table", kAll).observed, "3 rows");
}

TEST(Table, ShowsTheFirstRowThatDiffers) {
  const Verdict verdict = printed(changed("value", 1, 7)).ask("table", kAll);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.message, "translations: row 2 of 3 differs in value: expected 0, got 7");
  EXPECT_EQ(verdict.expected, "virtual 62493, physical 285, value 0");
  EXPECT_EQ(verdict.observed, "virtual 62493, physical 285, value 7");
  EXPECT_THAT(verdict.detail,
              testing::HasSubstr("> row 2\n    expected virtual 62493, physical 285, value 0\n"
                                 "    observed virtual 62493, physical 285, value 7\n"));
}

TEST(Table, AKeyColumnTellsTheRow) {
  Json params = kAll;
  params["columns"] = {"value"};
  const Scene scene = printed(changed("value", 2, "x"));
  EXPECT_EQ(scene.ask("table", params).expected, "virtual 30198, value 29");
  params["key"] = {"physical"};
  EXPECT_EQ(scene.ask("table", params).observed, "physical 758, value \"x\"");
}

TEST(Table, OtherColumnsAreNotCompared) {
  Json params = kAll;
  params["columns"] = {"virtual", "value"};
  EXPECT_TRUE(printed(changed("physical", 0, 999)).passes("table", params));
}

TEST(Table, RowCountsComeFirst) {
  Json table = parsed(R"({"rows": 2, "virtual": [16916, 62493], "physical": [20, 285], "value": [0, 0]})");
  EXPECT_EQ(printed(table).fails("table", kAll), "translations: 2 rows where 3 rows are expected");
  table["value"][0] = 5;
  EXPECT_EQ(
      printed(table).fails("table", kAll),
      "translations: 2 rows where 3 rows are expected; the first that differs is row 1, in value: expected "
      "0, got 5");
  Json more = kTruth;
  more["rows"] = 4;
  for (const char* column : {"virtual", "physical", "value"}) more[column].push_back(1);
  EXPECT_EQ(printed(more).fails("table", kAll), "translations: 4 rows where 3 rows are expected");
}

TEST(Table, NullsInTheTruthAreNotAsked) {
  const Json truth = changed("value", 2, nullptr);
  EXPECT_TRUE(printed(kTruth, truth).passes("table", kAll));
  // The row itself has to be there.
  Json all_null = parsed(R"({"rows": 2, "v": [null, null]})");
  Json params = kAll;
  params["columns"] = {"v"};
  EXPECT_EQ(printed(parsed(R"({"rows": 1, "v": [3]})"), all_null).fails("table", params),
            "translations: 1 row where 2 rows are expected");
}

TEST(Table, ModuloMakesSignedAddressesEqual) {
  Json table = changed("virtual", 1, 62493 - 65536);
  EXPECT_TRUE(printed(table).passes("table", kFrames));
  EXPECT_NE(printed(table).fails("table", kAll), "IT PASSED");
}

TEST(Table, FramesMayBeNumberedInAnyOrder) {
  Json table = kTruth;
  table["physical"] = {3 * 256 + 20, 0 * 256 + 29, 1 * 256 + 246};
  EXPECT_TRUE(printed(table).passes("table", kFrames));
  table["physical"][2] = 0 * 256 + 246;
  EXPECT_EQ(printed(table).fails("table", kFrames),
            "translations: row 3 of 3 differs in physical: expected another frame than 0, which row 2 has");
  table["physical"][2] = 4 * 256 + 246;
  EXPECT_EQ(printed(table).fails("table", kFrames),
            "translations: row 3 of 3 differs in physical: frame 4 of only 4 frames");
  table["physical"][2] = 1 * 256 + 245;
  EXPECT_EQ(printed(table).fails("table", kFrames),
            "translations: row 3 of 3 differs in physical: expected offset 246, got offset 245");
}

TEST(Table, MissingOrOfAnotherType) {
  EXPECT_EQ(printed(nullptr).fails("table", kAll), "the output does not give translations");
  EXPECT_EQ(printed(7).fails("table", kAll), "translations: 7 where a table is expected");
  EXPECT_EQ(printed(parsed(R"({"rows": 3})")).fails("table", kAll),
            "the output does not give translations.virtual");
  Json params = kAll;
  params["columns"] = {"colour"};
  EXPECT_EQ(printed(kTruth).fails("table", params), "there is nothing to compare with in these columns");
  params["columns"] = Json::array();
  EXPECT_EQ(printed(kTruth).fails("table", params), "there is nothing to compare with in these columns");
  EXPECT_EQ(printed(kTruth, nullptr).fails("table", kAll),
            "there is nothing to compare with (oracle.book.translations)");
}

TEST(Table, CutTableNeverPasses) {
  Json table = kTruth;
  table["cut"] = true;
  EXPECT_EQ(printed(table).fails("table", kAll), "translations: more than 3 rows where 3 rows are expected");
}

TEST(Table, EmptyTraceNeedsNoRowsButAnEndByItself) {
  const Json none = parsed(R"({"rows": 0, "virtual": [], "physical": [], "value": []})");
  Scene scene = printed(nullptr, none);
  EXPECT_TRUE(scene.passes("table", kAll));
  scene.run().exit_status = 1;
  EXPECT_NE(scene.fails("table", kAll), "IT PASSED");
  scene.run().termination = Termination::signaled;
  EXPECT_NE(scene.fails("table", kAll), "IT PASSED");
  EXPECT_EQ(printed(kTruth, none).fails("table", kAll), "translations: 3 rows where 0 rows are expected");
}

TEST(Table, HostileValuesOnlyDiffer) {
  for (const Json& value :
       {Json(std::numeric_limits<double>::quiet_NaN()), Json(18446744073709551615ULL), Json(-1),
        Json("\xff\0"), Json::array({Json::array()}), Json(nullptr), Json(1e300)}) {
    EXPECT_NE(printed(changed("physical", 1, value)).fails("table", kAll), "IT PASSED");
    EXPECT_NE(printed(changed("physical", 1, value)).fails("table", kFrames), "IT PASSED");
  }
}

TEST(Column, RowByRow) {
  const Json params = {{"fact", "book.translations.value"}, {"to", "oracle.book.translations.value"}};
  EXPECT_TRUE(printed(kTruth).passes("column", params));
  EXPECT_EQ(printed(changed("value", 2, -29)).fails("column", params),
            "value: row 3 of 3: expected 29, got -29");
  EXPECT_TRUE(printed(kTruth, changed("value", 2, nullptr)).passes("column", params));
  Json shorter = kTruth;
  shorter["value"] = {0, 0};
  EXPECT_EQ(printed(shorter).fails("column", params), "value: 2 rows where 3 rows are expected");
  EXPECT_EQ(printed(kTruth, shorter).fails("column", params), "value: 3 rows where 2 rows are expected");
  EXPECT_EQ(printed(nullptr).fails("column", params), "the output does not give translations.value");
  EXPECT_EQ(printed(parsed(R"({"rows": 3, "value": 3})")).fails("column", params),
            "value: 3 where a column is expected");
}

TEST(Column, WithinAndModulo) {
  Json params = {
      {"fact", "book.translations.value"}, {"to", "oracle.book.translations.value"}, {"within", 1.5}};
  EXPECT_TRUE(printed(changed("value", 2, 30)).passes("column", params));
  EXPECT_EQ(printed(changed("value", 2, 31)).fails("column", params),
            "value: row 3 of 3: expected 29 ± 1.5, got 31");
  EXPECT_NE(printed(changed("value", 2, std::numeric_limits<double>::quiet_NaN())).fails("column", params),
            "IT PASSED");
  Json shorter = kTruth;
  shorter["value"] = {0, 0};
  EXPECT_EQ(printed(shorter).fails("column", params), "value: 2 rows where 3 rows are expected");
  params.erase("within");
  params["modulo"] = 256;
  EXPECT_TRUE(printed(changed("value", 2, 29 - 256)).passes("column", params));
}

}  // namespace
}  // namespace memgrade::judge
