import Layers
import Tensors

extension Layer {
  /// What a layer says of an input that it refuses; nil where it takes it.
  func refusal(of shape: Shape) -> String? {
    do {
      _ = try outputShape(shape)
      return nil
    } catch {
      return (error as? LayerError)?.message
    }
  }
}
