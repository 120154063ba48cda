import Functions
import Language
import Reports
import Tensors

/// What `plot` is to draw: the values, what they are called, and where that is written.
struct PlottedSyntax {
  let values: TensorSyntax
  let name: String
  let range: SourceRange
  /// As it was written, where it was computed.
  var written = ""
}

extension Argument where Value == PlottedSyntax {
  /// A tensor, or a list of numbers that is computed.
  static func plotted(_ name: String = "Y") -> Argument {
    let tensor = Argument<TensorSyntax>.tensor(name)
    return Argument(
      name, kind: .reference,
      fits: { value in
        if case .evaluated(let datum, _) = value {
          datum.items != nil || tensor.fits(value)
        } else {
          tensor.fits(value)
        }
      },
      decode: { value, range in
        func plotted(_ values: TensorSyntax, _ name: String) -> PlottedSyntax {
          PlottedSyntax(values: values, name: name, range: range)
        }
        if case .evaluated(let datum, let written) = value, datum.items != nil,
          case let (numbers, _)? = try TurnStack.numbers(datum)
        {
          return plotted(.value(TensorValue(numbers), range), written.shortened)
        }
        guard tensor.fits(value) else { throw PlotError.notATensor(value.quoted) }
        let values = try tensor.decode(value, range: range)
        switch (values, value) {
        case (.reference(let reference), _): return plotted(values, reference.text)
        case (.value, .evaluated(_, let written)):
          return PlottedSyntax(
            values: values, name: written.shortened, range: range, written: written)
        default: return plotted(values, "")
        }
      })
  }
}

extension Argument where Value == String {
  /// Any text: a word, or a string.
  static func text(_ name: String) -> Argument {
    Argument(name, kind: .choice([]), fits: { $0.isText }) { value, _ in
      if case .string(let text) = value { return text }
      guard let word = value.word else { throw PlotError.notAText(name, value.quoted) }
      return word
    }
  }
}

/// Why there is nothing to plot, or not so.
enum PlotError: EvaluationError {
  case notATensor(String)
  case notAText(String, String)
  case oneNumber(String)
  case tooManyDimensions(String, Int)
  case empty(String)
  case lengths(String, Int, first: String, Int)
  case placesNotARow(Int)
  case placesLength(Int, series: String, Int)
  case tooManySeries(Int, columnsOf: String?)
  case nothingFinite
  case nothingPositive(axes: String)

  var message: String {
    switch self {
    case .notATensor(let text): "a tensor is needed, not \(text)"
    case .notAText(let name, let text): "\(name) must be a text, not \(text)"
    case .oneNumber(let name): "\(name) is one number, and a line takes several"
    case .tooManyDimensions(let name, let count): "\(name) has \(count) dimensions"
    case .empty(let name): "\(name) has no values"
    case .lengths(let name, let count, let first, let other):
      "\(name) has \(count) values, and \(first) has \(other)"
    case .placesNotARow(let count): "x has \(count) dimensions, and a place is one number"
    case .placesLength(let count, let series, let other):
      "x has \(count) values, and \(series) has \(other)"
    case .tooManySeries(let count, _):
      "\(count) series are too many to be told apart: \(Plot.seriesLimit) at most"
    case .nothingFinite: "there is nothing to plot: no value is finite"
    case .nothingPositive(let axes):
      "there is nothing to plot: log=\(axes) takes positive values only"
    }
  }

  var remedy: String? {
    switch self {
    case .notATensor, .oneNumber: "put numbers together: plot [1, 4, 9], or stack them with a for"
    case .notAText: "put it in quotes: title=\"loss by rate\""
    case .tooManyDimensions(let name, _):
      "a row or columns: plot \(name).flatten(); or plot histc(\(name), 20) kind=bars"
    case .lengths(_, let count, _, let other): "take as many of each: [:\(min(count, other))]"
    case .placesLength: "x has one place for each value"
    case .placesNotARow: "x=x.flatten() makes it a row"
    case .tooManySeries(_, let name?): "some of the columns: plot \(name)[:, :\(Plot.seriesLimit)]"
    case .nothingPositive: "plot the magnitudes, y.abs(), or leave log= out"
    case .nothingFinite: "isfinite tells where values are finite"
    case .empty, .tooManySeries: nil
    }
  }
}
