/// Dots in braille characters, two beside each other and four below each other in each, and whose
/// they are.
struct DotCanvas {
  /// Characters beside each other.
  let columns: Int
  /// Characters below each other.
  let rows: Int
  private var dots: [UInt8]
  /// The series that has last drawn in a character.
  private var owners: [UInt8]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    dots = Array(repeating: 0, count: columns * rows)
    owners = dots
  }

  /// Dots beside each other.
  var width: Int { 2 * columns }
  /// Dots below each other.
  var height: Int { 4 * rows }

  /// Draws a dot, counted from the left and from the top.
  mutating func draw(_ x: Int, _ y: Int, _ series: Int) {
    let place = (y >> 2) * columns + (x >> 1)
    // Unicode numbers the dots 1 to 3 downwards, so on the right, then the two of the last row.
    let bit = y & 3 == 3 ? 6 + (x & 1) : (y & 3) + 3 * (x & 1)
    dots[place] |= 1 << UInt8(bit)
    owners[place] = UInt8(series)
  }

  /// Draws dots below each other.
  mutating func draw(_ x: Int, _ rows: ClosedRange<Int>, _ series: Int) {
    for y in rows { draw(x, y, series) }
  }

  /// Draws a straight line between two dots, both included (Bresenham).
  mutating func draw(from start: (x: Int, y: Int), to end: (x: Int, y: Int), _ series: Int) {
    let (width, height) = (abs(end.x - start.x), abs(end.y - start.y))
    let (right, down) = ((end.x - start.x).signum(), (end.y - start.y).signum())
    var (x, y) = start
    var error = width - height
    draw(x, y, series)
    while (x, y) != end {
      let doubled = 2 * error
      if doubled > -height {
        error -= height
        x += right
      }
      if doubled < width {
        error += width
        y += down
      }
      draw(x, y, series)
    }
  }

  /// A character and whose it is; a blank where nothing is drawn.
  subscript(column: Int, row: Int) -> (character: Character, series: Int?) {
    let place = row * columns + column
    guard dots[place] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[place])) else {
      return (" ", nil)
    }
    return (Character(scalar), Int(owners[place]))
  }
}
