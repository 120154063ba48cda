/// What PyTorch has and expressions here lack: the answer to a name that is right and unknown.
public enum UnknownFunction {
  /// What to say of the name of a function, a method or an attribute.
  ///
  /// - Returns: nil where PyTorch has nothing of this name either.
  public static func refusal(_ name: String) -> Refusal? {
    if let instead = instead[name] { return .lacking(name, instead) }
    if name.hasSuffix("_") {
      let plain = String(name.dropLast())
      if FunctionTable.function(plain) != nil { return .inPlace(name, "\(plain)(x)") }
      if let instead = instead[plain] { return .inPlace(name, instead) }
    }
    return others.contains(name) ? .lacking(name, nil) : nil
  }

  /// The names, for what completes and corrects words.
  public static var names: [String] { instead.keys.sorted() }

  /// For each name what comes nearest here.
  static let instead: [String: String] = {
    var table: [String: String] = [:]
    for (names, instead) in rows {
      for name in names.split(separator: " ") { table[String(name)] = instead }
    }
    return table
  }()

  private static let rows: [(names: String, instead: String)] = [
    // Elementwise.
    ("add", "x + y"), ("sub subtract", "x - y"), ("rsub", "y - x"), ("mul multiply", "x * y"),
    ("div divide true_divide", "x / y"), ("floor_divide", "x // y"),
    ("remainder fmod", "x % y"), ("float_power", "x ** y"), ("reciprocal", "1 / x"),
    ("positive", "x"),
    ("clamp_min", "clamp(x, min=0)"), ("clamp_max", "clamp(x, max=1)"), ("sgn", "sign(x)"),
    ("rsqrt", "1 / sqrt(x)"), ("exp2", "2 ** x"), ("expm1", "exp(x) - 1"),
    ("log2", "log(x) / log(tensor(2.))"), ("log10", "log(x) / log(tensor(10.))"),
    ("log1p", "log(1 + x)"), ("logit", "log(x / (1 - x))"),
    ("trunc fix", "sign(x) * floor(abs(x))"),
    ("frac", "x - sign(x) * floor(abs(x))"), ("heaviside", "(x > 0).float()"),
    ("hypot", "sqrt(x ** 2 + y ** 2)"), ("lerp", "x + weight * (y - x)"),
    ("sinh", "(exp(x) - exp(-x)) / 2"), ("cosh", "(exp(x) + exp(-x)) / 2"),
    ("logaddexp", "log(exp(x) + exp(y))"), ("signbit", "x < 0"), ("isneginf", "x == -inf"),
    ("isposinf", "x == inf"), ("nan_to_num", "where(isfinite(x), x, 0.)"),
    ("softplus", "log(1 + exp(x))"), ("silu", "x * sigmoid(x)"), ("logsigmoid", "log(sigmoid(x))"),
    ("relu6", "clamp(x, 0, 6)"), ("hardtanh", "clamp(x, -1, 1)"),
    ("elu", "where(x > 0, x, exp(x) - 1)"), ("softsign", "x / (1 + abs(x))"),
    ("tanhshrink", "x - tanh(x)"), ("softmin", "softmax(-x, 0)"), ("prelu", "leaky_relu(x, 0.25)"),
    // Comparisons and truth values.
    ("eq", "x == y"), ("ne not_equal", "x != y"), ("lt less", "x < y"), ("le less_equal", "x <= y"),
    ("gt greater", "x > y"), ("ge greater_equal", "x >= y"), ("fmax", "maximum(x, y)"),
    ("fmin", "minimum(x, y)"), ("isclose", "allclose(x, y)"),
    ("logical_and bitwise_and", "(x > 0) & (y > 0)"),
    ("logical_or bitwise_or", "(x > 0) | (y > 0)"),
    ("logical_xor bitwise_xor", "(x > 0) ^ (y > 0)"), ("logical_not bitwise_not", "~(x > 0)"),
    ("masked_select", "x[x > 0]"), ("isin", "(x == 1) | (x == 2)"),
    ("is_nonzero", "x.bool().item()"), ("is_same_size", "x.shape == y.shape"),
    ("is_floating_point is_signed", "x.dtype == torch.float32"),
    // Sums and what is found.
    ("logsumexp", "log(sum(exp(x), 0))"), ("nansum", "sum(where(isnan(x), 0., x))"),
    ("nanmean nanmedian nanquantile", "mean(x[~isnan(x)])"), ("aminmax", "amin(x), and amax(x)"),
    ("std_mean", "std(x), and mean(x)"), ("var_mean", "var(x), and mean(x)"),
    ("argsort", "sort(x).indices"), ("msort", "sort(x, 0).values"),
    ("argwhere", "nonzero(x)"), ("cumprod", "exp(cumsum(log(x), 0))"),
    ("mode unique bincount", "sort(x)"),
    ("dist", "norm(x - y)"), ("trace", "sum(x * eye(3))"), ("histogram", "histc(x)"),
    ("diff", "x[1:] - x[:-1]"), ("l1_loss", "mean(abs(x - y))"), ("cov corrcoef", "var(x)"),
    ("nll_loss kl_div binary_cross_entropy", "cross_entropy(x, target)"),
    ("smooth_l1_loss huber_loss", "mse_loss(x, y)"), ("normalize", "x / norm(x)"),
    ("logcumsumexp", "log(cumsum(exp(x), 0))"),
    // Shapes and parts.
    ("broadcast_to", "expand(x, 2, 3)"), ("tile", "repeat(x, 2, 2)"), ("ravel", "flatten(x)"),
    ("adjoint H mH", "transpose(x, 0, 1)"),
    ("movedim moveaxis", "x.permute(1, 0)"),
    ("hstack", "cat([x, y])"), ("vstack row_stack dstack", "stack([x, y])"),
    ("select", "x[0]"), ("narrow index_select take gather", "x[[0, 2]]"),
    ("split chunk unbind tensor_split", "x[:2], and x[2:]"), ("fliplr flipud", "x.flip(0)"),
    ("roll", "cat([x[-1:], x[:-1]])"), ("diagonal diag", "x[arange(3), arange(3)]"),
    ("tril triu", "where(x > 0, x, 0.)"), ("contiguous", "clone(x)"),
    ("unflatten", "view(x, 2, 3)"),
    ("repeat_interleave", "repeat(x, 2)"), ("stride storage_offset is_contiguous", "x.shape"),
    ("scatter index_fill index_put masked_scatter", "where(x > 0, x, y)"),
    ("pad", "cat([x, zeros(1)])"),
    // Products.
    ("bmm mv dot inner vdot linear", "x @ y"), ("addmm addmv baddbmm", "z + x @ y"),
    ("outer ger", "x[:, None] * y"), ("einsum tensordot", "sum(x * y, 1), or x @ y"),
    ("matrix_power", "x @ x"), ("addcmul", "z + x * y"), ("addcdiv", "z + x / y"),
    // Types and values.
    ("int short char byte", "long(x)"), ("double half bfloat16", "float(x)"),
    ("to type type_as", "x.float(), x.long() or x.bool()"),
    ("tolist numpy", "x, or x.item() where it has one element"),
    ("data", "detach(x)"), ("real", "x"), ("element_size itemsize nbytes", "4 * numel(x)"),
    ("device is_cuda cpu", "x: all is on the CPU"),
    ("requires_grad_", "tensor(x, requires_grad=True)"),
    ("retain_grad", "x.grad: every gradient is kept"),
    ("zero_", "zeros_like(x)"), ("fill_", "full_like(x, 1)"), ("copy_", "clone(x)"),
    ("normal_", "randn_like(x)"), ("uniform_", "rand_like(x)"),
    // New tensors.
    ("empty new_empty", "zeros(2, 3)"), ("empty_like", "zeros_like(x)"),
    ("new_zeros", "zeros(2, 3)"),
    ("new_ones", "ones(2, 3)"), ("new_full", "full((2, 3), 1)"),
    ("new_tensor as_tensor asarray from_numpy", "tensor([1, 2])"),
    ("logspace", "10 ** linspace(0, 1, 5)"), ("normal", "randn(2, 3)"),
    ("bernoulli", "(rand(2, 3) < 0.5).float()"),
    ("multinomial poisson", "randint(0, 3, (2,))"), ("one_hot", "eye(3)[x]"),
    ("scalar_tensor", "tensor(1.)"),
    ("dropout", "where(rand_like(x) < 0.5, x, 0.)"),
    // What is a command here.
    ("backward", "the command: backward x"), ("conv2d", "the command: conv 1 2 3, then forward"),
    ("max_pool2d", "the command: maxpool 2"), ("avg_pool2d", "the command: avgpool 2"),
    ("batch_norm", "the command: batchnorm 2"), ("manual_seed", "the command: seed 1"),
    ("set_printoptions", "the command: printoptions precision=2"),
    // Python's own.
    ("len", "x.shape[0]"), ("print", "x: a value shows by itself"), ("range", "arange(3)"),
  ]

  /// Names with nothing near.
  private static let others = Set(
    """
    acos acosh arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh cos \
    sin tan sinc deg2rad rad2deg angle conj imag erf erfc erfinv digamma lgamma polygamma i0 igamma \
    xlogy gelu selu celu mish hardswish hardsigmoid hardshrink softshrink rrelu threshold glu det \
    inverse logdet slogdet cholesky qr svd lu lstsq solve matrix_exp pinverse cross kron cdist renorm \
    frexp ldexp nextafter copysign gcd lcm cummax cummin searchsorted bucketize meshgrid \
    cartesian_prod combinations block_diag diag_embed tril_indices triu_indices rot90 unfold fold \
    index_add index_copy scatter_add scatter_reduce take_along_dim as_strided cosine_similarity \
    pairwise_distance embedding layer_norm group_norm instance_norm interpolate conv1d conv3d \
    conv_transpose2d grid_sample pixel_shuffle gumbel_softmax triplet_margin_loss ctc_loss stft istft \
    register_hook complex polar quantize_per_tensor to_sparse unique_consecutive trapezoid gradient \
    vmap compile save load
    """.split(separator: " ").map(String.init))
}

extension Refusal {
  fileprivate static func lacking(_ name: String, _ instead: String?) -> Refusal {
    Refusal(
      "PyTorch has '\(name)', expressions here have not",
      remedy: instead.map { "nearest: \($0)" } ?? "help expressions lists what they have")
  }

  fileprivate static func inPlace(_ name: String, _ instead: String) -> Refusal {
    Refusal(
      "'\(name)' would change its tensor in place, which expressions never do",
      remedy: "y = \(instead)")
  }
}
