// A layer and what is within it.

extension Layer {
  /// The layer at a place within this one, itself where the place is empty; nil where none is there.
  public func layer(at members: ArraySlice<String>) -> (any Layer)? {
    guard let first = members.first else { return self }
    return self[child: first]?.layer(at: members.dropFirst())
  }

  /// The layers within this one, each followed by those within it.
  public var descendants: [(path: [String], layer: any Layer)] {
    children.flatMap { name, layer in
      [([name], layer)] + layer.descendants.map { ([name] + $0.path, $0.layer) }
    }
  }

  /// Whether it has layers within it, like a network.
  public var isNetwork: Bool { !children.isEmpty }
}
