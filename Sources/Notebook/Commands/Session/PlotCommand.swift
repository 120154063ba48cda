import Functions
import Language
import Reports
import Running
import Tensors

/// `plot Y …`: series of numbers as lines or bars.
enum PlotCommand: Command {
  static let name = "plot"
  static let summary = "draw lines or bars: a loss, a curve, a histogram"
  static let details = """
    Each Y is a row of numbers, or a table whose columns are series: up to 8, which the legend names.
    They stand at 0, 1, …, at the values of the for that made them (or made what they are computed
    from, as in plot (curve * 2)), or at those of x=. log=x, log=y
    or log=xy make axes logarithmic; kind=bars draws bars from zero, plot histc(w, 20) kind=bars a
    histogram.

    NaN leaves a gap. Infinite values, and on a logarithmic axis what is not positive, are left out
    and counted below. Where several lines end stands the mark that they have in the legend. A file
    gets 72 columns, a terminal as many as it has, and colours.
    """
  static let example = """
    conv 1 4 3 padding=1; input 1 1 6 6; mask 0.5;
    for i in range(50) {
      zero_grad; forward; relu; mse target=1; backward; step 0.5
      [output, grad.norm()]
    } as curve;
    plot curve title="the loss, and the norm of its gradient"
    #>      the loss, and the norm of its gradient
    #>      o output   x grad.norm()
    #> 0.8 ┤⠢⢄
    #>     │  ⠣⣀
    #> 0.7 ┤    ⠑⠢⡀
    #>     │      ⠈⠢⡀
    #> 0.6 ┤        ⠈⠢⢄
    #>     │           ⠑⠤⣀
    #>     │              ⠉⠑⠒⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀o
    #> 0.5 ┤
    #>     │
    #> 0.4 ┤
    #>     │
    #> 0.3 ┤
    #>     │     ⢀⠎⠒⠤⠔⠊⠑⠢⣀
    #> 0.2 ┤⠉⠒⠒⠒⠒⠉        ⠉⠉⠉⠒⠒⠒⠒⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤x
    #>     └┬─────┬──────┬─────┬──────┬──────┬─────┬──────┬─────┬──────┬───── i
    #>      0     5      10    15     20     25    30     35    40     45
    """

  static let series = Argument<PlottedSyntax>.plotted()
  static let places = Argument<TensorSyntax>.tensor("x")
  static let log = Argument<String>.choice("log", ["x", "y", "xy"], synonyms: ["yx": "xy"])
  static let kind = Argument<String>.choice(
    "kind", ["line", "bars"], synonyms: ["lines": "line", "bar": "bars"]
  ).defaulting(to: "line")
  static let title = Argument<String>.text("title")

  static let forms = [Form(repeating: series)]
  static let keywords: [any AnyArgument] = [places, log, kind, title]

  static func advice(onKey key: String) -> String? {
    switch key {
    case "label", "labels", "legend": "a series is called what it is: loss = …; plot loss"
    case "logx", "logy", "xscale", "yscale": "write: log=x, log=y or log=xy"
    case "bins": "bins are counted first: plot histc(w, 20) kind=bars"
    case "y": "series stand first, without a key: plot loss x=rates"
    default: nil
    }
  }

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let plotted = try call.all(series)
    let rows = try plotted.enumerated().map { place, syntax in
      try evaluation.row(
        syntax, fallback: plotted.count > 1 ? "series \(place + 1)" : "")
    }
    for (syntax, row) in zip(plotted, rows) where row.count != rows[0].count {
      throw Placed(
        error: PlotError.lengths(row.words, row.count, first: rows[0].words, rows[0].count),
        range: syntax.range)
    }
    let series = Self.distinct(rows.flatMap { $0.series(isOnly: rows.count == 1) })
    if series.count > Plot.seriesLimit {
      let wide = rows.firstIndex { $0.columns > Plot.seriesLimit }
      throw Placed(
        error: PlotError.tooManySeries(series.count, columnsOf: wide.map { rows[$0].words }),
        range: wide.map { plotted[$0].range } ?? plotted[plotted.count - 1].range)
    }
    let (places, placeName) = try evaluation.places(call, of: rows)
    let axes = try call[optional: log] ?? ""
    var scales: Plot.Scales = []
    if axes.contains("x") { scales.insert(.logarithmicPlaces) }
    if axes.contains("y") { scales.insert(.logarithmicValues) }
    let plot = try Plot(
      series, at: places, called: placeName, kind: try call[kind] == "bars" ? .bars : .lines,
      scales: scales, title: try call[optional: title].map(\.visible))
    if plot.hasNothingPositive { throw call.placed(PlotError.nothingPositive(axes: axes), at: log) }
    if plot.isEmpty { throw call.placed(PlotError.nothingFinite, at: PlotCommand.series) }
    return .report(Report([.plot(plot)]))
  }

  /// Series of which no two are called alike.
  private static func distinct(_ series: [Plot.Series]) -> [Plot.Series] {
    let counts = Dictionary(series.map { ($0.name, 1) }, uniquingKeysWith: +)
    var seen: [String: Int] = [:]
    return series.map { series in
      guard counts[series.name, default: 0] > 1 else { return series }
      seen[series.name, default: 0] += 1
      return series.called("\(series.name) (\(seen[series.name] ?? 0))")
    }
  }

  // PyTorch draws nothing.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

/// What one argument of `plot` gives: a row of numbers, or a table of them.
private struct PlottedRow {
  let tensor: Tensor
  let name: String
  /// What is known of the loop that made it.
  let turns: StackedTurns?
  /// What a message calls it.
  let words: String

  var count: Int { tensor.shape[0] }
  var columns: Int { tensor.shape.rank > 1 ? tensor.shape[1] : 1 }

  /// Its columns.
  func series(isOnly: Bool) -> [Plot.Series] {
    guard columns > 1 else { return [Plot.Series(name, tensor)] }
    return (0..<columns).map { column in
      let known = turns.flatMap { $0.columns.count == columns ? $0.columns[column] : nil }
      // As a cell would take it out.
      let name =
        known.map { isOnly ? $0 : "\(self.name): \($0)" }
        ?? (self.name.isEmpty ? "column \(column)" : "\(self.name)[:, \(column)]")
      return Plot.Series(name.visible, tensor, column: column, of: columns)
    }
  }
}

extension Evaluation {
  /// The values that an argument of `plot` stands for.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  fileprivate func row(_ syntax: PlottedSyntax, fallback: String) throws -> PlottedRow {
    var turns: StackedTurns?
    if case .reference(let reference) = syntax.values {
      let value = try resolve(reference)
      if case .stacked(let stacked) = value { turns = stacked }
      if case .scalar? = value.datum {
        throw Placed(error: PlotError.oneNumber(syntax.name), range: syntax.range)
      }
    }
    let tensor = try tensor(syntax.values).tensor
    if turns == nil { turns = self.turns(of: syntax.written, count: tensor.shape.dimensions.first) }
    let name = syntax.name.isEmpty ? fallback : syntax.name
    let row = PlottedRow(
      tensor: tensor, name: name.withoutCellNumbers, turns: turns,
      words: name.isEmpty ? "the literal" : name)
    let error: PlotError? =
      switch tensor.shape.rank {
      case 0: .oneNumber(row.words)
      case 1, 2: tensor.count == 0 ? .empty(row.words) : nil
      case let rank: .tooManyDimensions(row.words, rank)
      }
    if let error { throw Placed(error: error, range: syntax.range) }
    return row
  }

  /// What is known of the loop whose values an expression computes with, value by value: those of the
  /// names in it, where they agree and are as many.
  private func turns(of written: String, count: Int?) -> StackedTurns? {
    let words = written.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
    let known = words.compactMap { word -> StackedTurns? in
      guard case .value(.stacked(let turns))? = session.names[String(word.prefix { $0 != "." })],
        turns.tensor.shape.dimensions.first == count
      else { return nil }
      return turns
    }
    guard let first = known.first, known.allSatisfy({ $0.places.equal(first.places) }) else {
      return nil
    }
    return first.withoutColumns
  }

  /// Where the values stand, and what these places are called.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  fileprivate func places(
    _ call: Call, of rows: [PlottedRow]
  ) throws -> (places: Plot.Places, name: String?) {
    guard let syntax = try call[optional: PlotCommand.places] else {
      let loops = rows.compactMap(\.turns)
      guard let loop = loops.first, loops.allSatisfy({ $0.places.equal(loop.places) }) else {
        return (.counted, nil)
      }
      return (loop.places, loop.variable)
    }
    let tensor = try tensor(syntax).tensor
    func fail(_ error: PlotError) -> Error { call.placed(error, at: PlotCommand.places) }
    guard tensor.shape.rank == 1 else { throw fail(.placesNotARow(tensor.shape.rank)) }
    guard tensor.count == rows[0].count else {
      throw fail(.placesLength(tensor.count, series: rows[0].words, rows[0].count))
    }
    var name: String?
    if case .reference(let reference) = syntax { name = reference.text.withoutCellNumbers }
    return (.numbers(tensor), name)
  }
}

extension String {
  /// What a value is called in a picture: a saved session numbers its cells anew.
  fileprivate var withoutCellNumbers: String {
    Transcript.replacingOutputs(in: self) { _ in "Out" }
  }
}

extension Plot.Places {
  /// Whether series that stand here and there can stand together.
  fileprivate func equal(_ other: Plot.Places) -> Bool {
    switch (self, other) {
    case (.counted, .counted): true
    case (.words(let own), .words(let others)): own == others
    case (.numbers(let own), .numbers(let others)): own.elements == others.elements
    default: false
    }
  }
}
