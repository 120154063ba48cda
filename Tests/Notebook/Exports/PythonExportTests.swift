import Testing

@testable import Notebook

/// Sessions as programs of Python.
struct PythonExportTests {
  /// The programs themselves are run by PyTorch: ``PythonProgramTests``.
  @Test func aProgramHasTheProseAndTheCellsInForce() throws {
    let file = try ReplayedFile.replayed(
      """
      # dpu session 1
      # First a layer,
      # \u{1b}[2Jas it is.

      conv 1 2 3 as m
      # Then a mask that is taken back.
      mask 0.5
      undo
      m.weight.shape
      why
      mask 7
      #! mask: the rate must be at least 0 and below 1, not 7
      # The end.
      """, keepsGoing: true)
    let text = try PythonExport().text(of: file)
    #expect(
      text.hasSuffix(
        """
        torch.manual_seed(0)

        # First a layer,
        # ^[[2Jas it is.
        m = Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))
        print(m)

        # Then a mask that is taken back.
        # in dpu alone: mask 0.5
        # in dpu alone: undo
        print(m.weight.shape)
        # in dpu alone: why
        # in dpu alone: mask 7

        # The end.

        """))
  }
}
