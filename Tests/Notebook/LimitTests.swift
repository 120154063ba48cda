import Testing

@testable import Notebook

struct LimitTests {
  @Test(
    arguments: [
      ("1", 1), ("1000", 1000), ("64K", 65_536), ("3m", 3 << 20), ("2G", 2 << 30), ("0", nil),
      ("-1", nil), ("", nil), ("K", nil), ("1T", nil), ("9999999999G", nil), ("1.5G", nil),
    ] as [(String, Int?)])
  func numbersMayHaveAUnit(text: String, number: Int?) { #expect(Limit.number(text) == number) }

  @Test func aLimitSaysWhatItIsAndHowToRaiseIt() {
    #expect(Limit.file.words == "64 MiB")
    #expect(Limit.file.remedy == "DPU_MAX_FILE=128M dpu … raises the limit")
    #expect(Limit.rerun.words == "100000 cells")
    #expect(Limit.rerun.remedy == "DPU_MAX_RERUN=200000 dpu … raises the limit")
    #expect(Limit.allCases.map(\.variable) == ["DPU_MAX_FILE", "DPU_MAX_LINE", "DPU_MAX_RERUN"])
  }
}
