import Kernels
import Tensors

/// What to do where a layer refuses an input; whoever gives it finds the words.
public indirect enum InputAdvice {
  /// Give it an input of this shape.
  case input(Shape)
  /// Make a layer of the kind with these arguments instead.
  case arguments([String])
  /// Make rows of features of the input: it takes as many as this.
  case rows(Shape)
  /// Put the layer in evaluation mode.
  case evaluationMode
  /// Make the network anew, with something else at the stage of this name.
  case stage(String, Change)

  /// What must be different at a stage.
  public enum Change {
    /// A layer of this verb with these arguments.
    case layer(verb: String, [String])
    /// Rows of features before it.
    case flattenBefore
    /// It must come before what makes rows of features.
    case earlier
    /// So much padding at most.
    case padding(Pair)
    /// Layers that keep the shape of what they take, such as this one.
    case keepingShape(Shape)
    /// A smaller kernel or more padding.
    case smallerKernel
  }
}
