/// The outputs of a 3×3 convolution as tiles of 2×2, numbered through all images row by row, and
/// their share-out in chunks.
///
/// A vector holds eight tiles that are neighbours in this numbering, wherever a row or an image
/// ends; so no lane is wasted on narrow images.
struct WinogradTiles: Sendable {
  /// Neighbouring tiles of one tile row.
  struct Run {
    var image: Int
    var row: Int
    var column: Int
    var count: Int
    /// The position of the first tile in its chunk.
    var position: Int
  }

  let batch: Int
  let sourceHeight: Int
  let sourceWidth: Int
  /// Zeros around the source; negative where it is cropped.
  let padding: Pair
  let outHeight: Int
  let outWidth: Int
  /// Chunks of tiles, and the most blocks of sixteen tiles in one.
  let chunks: Int
  let chunkBlocks: Int

  init(
    batch: Int, sourceHeight: Int, sourceWidth: Int, padding: Pair, outHeight: Int, outWidth: Int,
    mostBlocks: Int
  ) {
    self.batch = batch
    self.sourceHeight = sourceHeight
    self.sourceWidth = sourceWidth
    self.padding = padding
    self.outHeight = outHeight
    self.outWidth = outWidth
    let blocks = (batch * ((outHeight + 1) / 2) * ((outWidth + 1) / 2) + 15) / 16
    let most = max(1, min(8, mostBlocks))
    // A multiple of four shares out evenly among few cores.
    chunks = min(blocks, ((blocks + most - 1) / most + 3) / 4 * 4)
    chunkBlocks = (blocks + chunks - 1) / chunks
  }

  var rows: Int { (outHeight + 1) / 2 }
  var columns: Int { (outWidth + 1) / 2 }
  var count: Int { batch * rows * columns }
  private var blocks: Int { (count + 15) / 16 }

  /// The tiles of a chunk; all but the last chunk have a multiple of sixteen.
  func tiles(of chunk: Int) -> Range<Int> {
    blocks * chunk / chunks * 16..<min(count, blocks * (chunk + 1) / chunks * 16)
  }

  /// How many outputs a run has.
  func outputs(of run: Run) -> Int {
    min(2, outHeight - run.row * 2) * min(run.count * 2, outWidth - run.column * 2)
  }

  /// The runs of a chunk in order.
  func runs(of chunk: Int) -> [Run] {
    let tiles = tiles(of: chunk)
    var runs: [Run] = []
    var tile = tiles.lowerBound
    while tile < tiles.upperBound {
      let (row, column) = (tile / columns, tile % columns)
      let length = min(columns - column, tiles.upperBound - tile)
      runs.append(
        Run(
          image: row / rows, row: row % rows, column: column, count: length,
          position: tile - tiles.lowerBound))
      tile += length
    }
    return runs
  }
}
