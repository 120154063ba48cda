// Words of PyTorch and Python.
extension BroughtWord {
  /// Layers, by the names of torch.nn.
  static let layers: [BroughtWord] = [
    .init(
      "Conv2d Conv1d Conv3d conv2d",
      taking: "in_channels out_channels kernel_size stride padding dilation groups bias",
      [
        "conv {in_channels} {out_channels} {kernel_size} stride={stride} padding={padding} "
          + "dilation={dilation} groups={groups} bias={bias}",
        "forward input={1}", "conv 1 2 3",
      ]),
    .init(
      "Linear Dense fc", taking: "in_features out_features bias",
      ["linear {in_features} {out_features} bias={bias}", "linear 4 2"]),
    .init(
      "BatchNorm2d BatchNorm1d batch_norm bn", taking: "num_features",
      ["batchnorm {num_features}", "batchnorm 2"]),
    .init(
      "MaxPool2d", taking: "kernel_size stride padding",
      ["maxpool {kernel_size} stride={stride} padding={padding}", "maxpool 2"]),
    .init(
      "max_pool2d max_pool", taking: "input kernel_size stride padding",
      ["maxpool {kernel_size} {input} stride={stride} padding={padding}", "maxpool 2"]),
    .init(
      "AvgPool2d", taking: "kernel_size stride padding",
      ["avgpool {kernel_size} stride={stride} padding={padding}", "avgpool 2"]),
    .init(
      "avg_pool2d avg_pool", taking: "input kernel_size stride padding",
      ["avgpool {kernel_size} {input} stride={stride} padding={padding}", "avgpool 2"]),
    .init("ReLU relu_ relu6", ["relu {1}", "relu {self}", "relu"]),
    .init(
      "LeakyReLU", taking: "negative_slope",
      ["leaky_relu negative_slope={negative_slope}", "leaky_relu"]),
    .init("Sigmoid", ["sigmoid"]),
    .init("Tanh", ["tanh"]),
    .init("Flatten", ["flatten"]),
    .init("Sequential Module ModuleList nn model", ["net conv(1,4,3) relu flatten linear(16,10)"]),
    .init("MSELoss", ["mse target=0"]),
    .init(
      "CrossEntropyLoss NLLLoss nll_loss softmax log_softmax Softmax LogSoftmax",
      taking: "input target", ["cross_entropy {input} target={target}", "cross_entropy target=0"],
      reason: "cross_entropy takes scores of shape [N, C] and does the softmax itself"),
    .init(
      "mse_loss MSE", taking: "input target", ["mse {input} target={target}", "mse target=0"]),
    .init(
      "loss criterion loss_fn", taking: "input target",
      ["mse {input} target={target}", "mse target=0"],
      reason: "mse and cross_entropy are losses; backward alone takes the output's sum"),
  ]

  /// Functions that make tensors or ask about them.
  static let functions: [BroughtWord] = [
    .init(
      "Tensor from_numpy as_tensor asarray Parameter", taking: "data",
      ["tensor {data}", "tensor [[1, 2], [3, 4]]"]),
    .init(
      "normal",
      ["input {*}", "input 1 1 {*}", "input 1 1 4 4"],
      reason: "values are drawn for an input of N C H W"),
    .init("empty empty_like", ["zeros({1}, {2})", "zeros({1})", "zeros(2, 3)"]),
    .init("range", ["arange({1})", "arange(4)"]),
    .init(
      "deepcopy clone detach", taking: "x",
      ["copy {x} as copied", "copy {self} as copied", "copy conv1 as copied"]),
    .init("grad_fn next_functions", ["graph"]),
    .init("gradient gradients grads", ["grad"]),
    .init(
      "set_printoptions print_options set_print_options",
      ["printoptions {*}", "printoptions precision=8"]),
    .init("get_printoptions PRINT_OPTS", ["printoptions"]),
    .init(
      "manual_seed manual_seed_all seed_all set_seed seed_everything random default_rng",
      ["seed {1}", "seed 1"]),
    .init("shape size numel ndim len", ["{1}.shape", "{self}.shape", "weight.shape"]),
    .init(
      "item", ["weight.abs().max().item()"], reason: BlankCall.parentheses),
    .init(
      "cuda cpu to gpu half double numpy tolist", ["output"],
      reason: "everything is float32 and on the processor"),
  ]

  /// What trains and prunes.
  static let training: [BroughtWord] = [
    .init("zerograd zero_gradients clear_grad", ["zero_grad"]),
    .init("backprop backwards", ["backward {1}", "backward"]),
    .init("forwards propagate __call__", ["forward"]),
    .init(
      "optimizer optim SGD sgd Adam adam AdamW adamw RMSprop Adagrad lr opt learning_rate",
      taking: "params lr", ["step {lr}", "step {1}", "step 0.1"],
      reason: "step LR is plain SGD, the one optimizer there is"),
    .init("fit train_step learn", ["forward; relu; zero_grad; backward; step 0.1"]),
    .init(
      "parameters named_parameters state_dict named_modules children modules info torchsummary",
      ["summary {1}", "summary {self}", "summary"]),
    .init("evaluate inference predict infer", ["eval"]),
    .init(
      "no_grad inference_mode enable_grad set_grad_enabled", ["forward"],
      reason: "nothing needs switching off: forward records the graph, backward uses it"),
    .init("requires_grad requires_grad_", ["input requires_grad=true"]),
    .init(
      "retain_grad retain_graph", ["forward; backward"],
      reason: "gradients of leaves are kept, and each backward needs a forward"),
    .init(
      "register_hook register_forward_hook register_backward_hook register_full_backward_hook hook",
      ["why"], reason: "there are no hooks: why and graph show what flows"),
    .init("gradgradcheck numerical_gradient", ["gradcheck"]),
    .init(
      "ln_structured l1_structured", taking: "module name amount n dim",
      [
        "prune ln_structured {amount} n={n} dim={dim} {module}", "prune {1}",
        "prune ln_structured 0.5 n=1 dim=0",
      ]),
    .init(
      "random_structured", taking: "module name amount dim",
      ["prune random_structured {amount} dim={dim} {module}", "prune random_structured 0.5 dim=0"]),
    .init(
      "l1_unstructured", taking: "module name amount",
      [
        "prune l1_unstructured {amount} {module}", "prune l1_unstructured {1}",
        "prune l1_unstructured 0.5",
      ]),
    .init(
      "random_unstructured", taking: "module name amount",
      [
        "prune random_unstructured {amount} {module}", "prune random_unstructured {1}",
        "prune random_unstructured 0.5",
      ]),
    .init(
      "global_unstructured", ["help prune"],
      reason: "the layers stand last: prune global_unstructured AMOUNT LAYER …"),
    .init(
      "custom_from_mask", taking: "module name mask", ["prune {mask} {module}", "help prune"],
      reason: "prune TENSOR takes zeros and ones"),
    .init("sparsity masks", ["filters", "groups"]),
    .init("identity", taking: "module name", ["prune identity {module}", "prune identity"]),
    .init("is_pruned", ["prune is_pruned {1}", "prune is_pruned"]),
    .init(
      "unprune remove", taking: "module name", ["prune remove {module}", "prune remove", "undo"]),
    .init("importance score l1 l1_norm", ["scores"]),
    .init("apply_mask masked weight_masked", ["pruned"]),
    .init(
      "imshow heatmap matshow", ["view {1}", "view weight"], reason: "view draws heat maps"),
    .init("plt pyplot scatter", ["plot {2} x={1}", "plot {1}", "plot weight.flatten()"]),
    .init(
      "semilogy", ["plot {2} x={1} log=y", "plot {1} log=y", "plot weight.abs().flatten() log=y"]),
    .init("loglog", ["plot {2} x={1} log=xy", "plot weight.abs().flatten() log=xy"]),
    .init("bar", ["plot {2} x={1} kind=bars", "plot {1} kind=bars", "plot scores kind=bars"]),
    .init("histogram", ["plot histc({1}, 20) kind=bars", "plot histc(weight, 20) kind=bars"]),
  ]

  /// Python's own words.
  static let python: [BroughtWord] = [
    .init(
      "print pprint pp p display show echo cat type repr str puts printf get see look",
      ["{1}", "output"], reason: "a value is shown by its name alone"),
    .init("import from require using include library", ["help"], reason: "nothing is imported"),
    .init(
      "def class lambda fn func function return async yield", ["help"],
      reason: "nothing is defined; a cell holds commands and values"),
    .init(
      "while loop each", ["repeat 2 { forward }"],
      reason: "repeat COUNT and for NAME in VALUES run what stands in braces"),
    .init(
      "if else elif try except assert raise switch match unless", ["help"],
      reason: "there are no conditions"),
    .init(
      "with pass break continue global nonlocal await", ["help"],
      reason: "a cell holds commands with blanks between their arguments"),
    .init("del unset free", ["undo"], reason: "names stay; undo takes the last cell back"),
    .init(
      "let const set new make create add assign", ["x = tensor [1, 2]"],
      reason: "a value gets a name with = or as"),
    .init(
      "dir locals globals vars who whos ls names env variables %who %whos %ls %dir", ["layers"],
      reason: "layers lists what has been made"),
    .init("stop end bye logout close halt abort leave q sys.exit os._exit", ["quit"]),
    .init(
      "doc docs manual man usage apropos whatis commands topics", ["help {1}", "help"]),
    .init("tutorial course demo examples", ["lessons"]),
    .init(
      "load open read run source exec execfile runfile restore", ["replay {1}", file],
      reason: "replay runs the cells of a session file"),
    .init(
      "export dump write store savez", ["save {1}", "save session.dpu"],
      reason: "save writes the session to a file"),
  ]

  /// A file where none was named.
  static let file = "replay session.dpu"
}
