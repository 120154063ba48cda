// swift-tools-version: 6.2

import PackageDescription

// The arithmetic needs fused multiply-add and 256-bit vectors on x86-64; other 64-bit processors
// have both without asking. Where the processor has 512-bit vectors, the functions of CVectors take
// over; nothing else may contain such an instruction. DPU_MARCH=x86-64-v2 builds it for 128-bit vectors
// and without fused multiply-add, far slower: CI sees that no bit depends on any of this. `-Ounchecked`
// drops preconditions inside Kernels only: its callers validate every size before they hand over a
// buffer. With DPU_CHECKED=1 they stay: CI sees that none is ever missed.
#if arch(x86_64)
  let vectorFlags =
    ["-Xcc", "-march=\(Context.environment["DPU_MARCH"] ?? "x86-64-v3")"]
    + (Context.environment["DPU_MARCH"] == nil ? [] : ["-DNARROW_VECTORS"])
#else
  let vectorFlags: [String] = []
#endif

let uncheckedSettings: [SwiftSetting] =
  Context.environment["DPU_CHECKED"] == nil
  ? [.unsafeFlags(["-Ounchecked"], .when(configuration: .release))] : []

// Tests spend their time in the loops of these modules, so these are optimized in debug builds too.
let numericSettings: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "dpu",
  products: [
    .executable(name: "dpu", targets: ["dpu"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CReadline", providers: [.apt(["libreadline-dev"])]),
    .systemLibrary(name: "CProcessor"),
    .systemLibrary(name: "CFiles"),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CLibrary"),
    // Optimized in debug builds too, as the numeric modules are.
    .target(name: "CVectors", cSettings: [.unsafeFlags(["-O2"])]),
    .target(
      name: "Running", dependencies: ["CLibrary", "CProcessor"], swiftSettings: numericSettings),
    .target(
      name: "Kernels",
      dependencies: ["CLibrary", "CProcessor", "CVectors", "Running"],
      swiftSettings: [
        .unsafeFlags(vectorFlags),
        // Tests see how many multiply-adds there really are.
        .define("COUNTING", .when(configuration: .debug)),
      ] + uncheckedSettings + numericSettings
    ),
    .target(
      name: "Tensors", dependencies: ["CLibrary", "Kernels", "Running"],
      swiftSettings: numericSettings),
    .target(
      name: "Files", dependencies: ["CLibrary", "CZlib", "Running", "Tensors"],
      swiftSettings: numericSettings),
    .target(
      name: "Gradients", dependencies: ["CLibrary", "Kernels", "Running", "Tensors"],
      swiftSettings: numericSettings),
    .target(
      name: "Pruning", dependencies: ["Running", "Tensors", "Gradients", "Functions"],
      swiftSettings: numericSettings),
    .target(
      name: "Layers", dependencies: ["Kernels", "Running", "Tensors", "Gradients", "Pruning"]),
    .target(
      name: "Compacting", dependencies: ["Running", "Tensors", "Gradients", "Pruning", "Layers"]),
    .target(
      name: "Functions", dependencies: ["Kernels", "Running", "Tensors", "Gradients"],
      swiftSettings: numericSettings),
    .target(
      name: "Reports", dependencies: ["Running", "Tensors"], swiftSettings: numericSettings),
    .target(name: "Language", dependencies: ["Running", "Tensors", "Functions"]),
    .plugin(name: "EmbedLessons", capability: .buildTool(), path: "Sources/EmbedLessons"),
    .target(name: "LessonTexts", plugins: ["EmbedLessons"]),
    .target(
      name: "Notebook",
      dependencies: [
        "CFiles", "CLibrary", "Kernels", "Running", "Tensors", "Files", "Gradients", "Pruning",
        "Layers", "Compacting", "Functions", "Language", "Reports", "LessonTexts",
        .product(name: "HashTreeCollections", package: "swift-collections"),
      ]
    ),
    .executableTarget(
      name: "dpu",
      dependencies: [
        "CLibrary", "CProcessor", "CReadline", "Kernels", "Running", "Tensors", "Language",
        "Reports",
        "Notebook",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .executableTarget(
      name: "Benchmark",
      dependencies: [
        "CProcessor", "CVectors", "Kernels", "Running", "Tensors", "Gradients", "Pruning", "Layers",
        "Compacting", "Notebook",
      ],
      path: "Tests/Benchmark",
      exclude: [
        "RESULTS.md", "compare.py", "answering.py", "torch_rows.py", "jax_rows.py",
        "published_notebook.py",
      ],
      swiftSettings: [.unsafeFlags(vectorFlags)]
    ),
    .target(name: "CTestSupport", path: "Tests/CSupport"),
    .target(name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/Support"),
    .testTarget(name: "RunningTests", dependencies: ["Running"], path: "Tests/Running"),
    .testTarget(
      name: "KernelsTests", dependencies: ["CLibrary", "Kernels", "Running", "TestSupport"],
      path: "Tests/Kernels"),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "TestSupport"], path: "Tests/Tensors"),
    .testTarget(
      name: "FilesTests", dependencies: ["Files", "Tensors", "TestSupport"], path: "Tests/Files"),
    .testTarget(
      name: "GradientsTests",
      dependencies: ["Kernels", "Gradients", "Pruning", "Tensors", "TestSupport"],
      path: "Tests/Gradients"
    ),
    .testTarget(
      name: "FunctionsTests",
      dependencies: ["Functions", "Gradients", "Tensors", "TestSupport"], path: "Tests/Functions"),
    .testTarget(
      name: "CompactingTests",
      dependencies: ["Compacting", "Kernels", "Layers", "Pruning", "Gradients", "Tensors"],
      path: "Tests/Compacting"),
    .testTarget(
      name: "PruningTests", dependencies: ["Pruning", "Tensors", "TestSupport"],
      path: "Tests/Pruning"),
    .testTarget(
      name: "LayersTests",
      dependencies: ["Kernels", "Layers", "Pruning", "Tensors", "TestSupport"],
      path: "Tests/Layers"),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "Running", "Tensors", "TestSupport"],
      path: "Tests/Reports"),
    .testTarget(
      name: "NotebookTests", dependencies: ["Notebook", "Reports", "LessonTexts", "TestSupport"],
      path: "Tests/Notebook"),
    .testTarget(
      name: "dpuTests", dependencies: ["dpu", "Kernels", "TestSupport"], path: "Tests/dpu"),
  ],
  swiftLanguageModes: [.v6]
)
