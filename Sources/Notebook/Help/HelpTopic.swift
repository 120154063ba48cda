import Functions

/// What help says about a subject and not about one command; lines of 79 columns at most.
struct HelpTopic {
  /// The word by which help knows it.
  let name: String
  /// What it says.
  let text: String

  /// The topics that are no group of commands.
  static let others = [
    HelpTopic(name: "keys", text: keys), HelpTopic(name: "notation", text: notation),
    HelpTopic(name: "expressions", text: expressions), HelpTopic(name: "loops", text: loops),
    HelpTopic(name: "questions", text: questions), HelpTopic(name: "pytorch", text: pytorch),
  ]

  /// What there is to say about a group of commands, by the group's name.
  static let ofGroups = [
    "networks": networks, "gradients": gradients, "pruning": pruning, "sessions": sessions,
    "prompt": prompt,
  ]

  private static let keys = """
    Keys at the prompt: those of GNU readline, as in bash and psql, and

      Tab          completes verbs, keys, names, what stands after a point, files;
                   where a number could stand too, or several kinds of things, it
                   shows them
      Up, Down     the earlier lines that begin with what is typed so far
      Ctrl-R       searches in all earlier lines
      Alt-Enter    begins a new line in the cell
      Enter        runs the cell; while a bracket is open it begins a new line
      Ctrl-C       drops the line; stops what is running, a rerun, a paste and a
                   replay included: the state is as before the cell that was stopped
      Ctrl-D       on an empty line leaves; in an open cell ends the cell

    ~/.inputrc changes them, between $if dpu and $endif for dpu alone. In a lesson
    ? lists the keys.
    """

  private static let notation = """
    A cell is one line; it goes on while a bracket is open. It holds commands,
    expressions and loops, separated by ; and a ; at its end hides the value. #
    begins a comment; a line that is only a comment is prose, which save keeps.

      mask 0.5 as k     … as NAME names the value; k = … does, too
      _   Out[3]        the last value displayed, that of cell 3
      weight   grad     what the current layer has: made, named by use, copied, or
                        run last
      m.weight.grad     what a named layer or tensor has
      grad[0, -1]       a part: indices from 0, from the end if negative
      [[1, 2], [3, 4]]  a tensor, as PyTorch prints it; tensor(…) can be pasted
      padding=1         a key, without blanks around =
      "my file.dpu"     a file's name with a blank in it
    """

  private static let expressions = """
    What is no command is computed, as PyTorch computes and prints it:

      (grad == 0).sum()                weight * mask.view(-1, 1, 1, 1)
      grad[mask == 0].abs().max()      (output - Out[7]).abs().max()

    An expression changes nothing: relu(x) is a value, relu x makes it output. Names
    are given with x = … or … as x; weight, bias, mask and input take values too, as
    under no_grad: m.weight[0] = 0. An argument of a command that is computed stands
    in parentheses: mask (1 - r), backward (output ** 2).mean().

      ** ; - ~ before a value; * / // % @ ; + - ; & ; ^ ; | ; == != < <= > >=
      x[0]  x[-1, 1:3]  x[..., None]  x[x > 0]  x[[0, 2]]

    Types are float32, int64 and bool. Functions are written x.sum(dim=1),
    torch.sum(x, 1) or sum(x, 1), activations and losses F.relu(x) too; help sum
    explains one:

    """
    + FunctionTable.listing(width: Help.width - 2, indentation: 2)

  private static let loops = """
    A loop is one cell, one record, and one undo:

      repeat 50 { zero_grad; forward; relu; backward; step 0.02 }
      for r in 0.25 0.5 0.75 { mask r; (mask == 0).sum() } as curve
      for s in "ones" "zeros" { … }      for i in range(10) { … }
      for row in weight { … }            for m in net { … }

    repeat gives its last turn's value. for stacks the turns' values to a tensor; up
    to 30 turns of numbers show as a table, and a list as the turn's value gives
    columns: [grad.norm(), (grad == 0).sum()]. plot curve draws them over the values
    of the loop. Lines and ; separate statements in the braces, and loops nest. The
    name keeps its last value. Ctrl-C and an error take the whole cell back, and say
    in which turn they came.
    """

  private static let questions = """
    A line of this kind above a cell in a session file asks students what they
    expect before the cell is shown, at the prompt and on the page that export
    makes:

      #? expect NAME number [within=0.01]
      #? expect NAME shape
      #? expect NAME filters         the masked ones: 0 2, or none

    A number is right as far as its digits round, 1.48 for 1.477, and off by no more
    than a hundredth; within= says how far it may be off. What is compared is the
    value that the cell shows: one number, a size, a mask of zeros and ones.

    lesson ./mine.dpu asks; save mine-anna.dpu, or Save answers on the page, keeps
    the answers in lines of their own, #? answer NAME 1.48. dpu check --report
    FILES shows a teacher all of them, which are right, and which cells were
    changed. A replay without a person never waits.
    """

  private static let pytorch = """
    help VERB shows a command's example in Python too: a program that prints with
    PyTorch what dpu prints. It begins with import torch and torch.manual_seed(0).
    What PyTorch does not have is defined in it:

    \(PythonDefinition.allCases.map(\.text).joined(separator: "\n\n").indented)
    """

  private static let networks = """
      net conv(1,20,5) relu maxpool(2) flatten linear(2880,10) as n

    makes stages, named conv1, relu1, … within n. n.conv1 is a layer: n.conv1.weight,
    use n.conv1. While n is the current layer, mask and prune work on each of its
    convolutions, step and zero_grad on all parameters. forward runs the network
    through, so that output can go to a loss: cross_entropy target=3; backward.
    """

  private static let gradients = """
    forward records what it computes; backward goes from output, or from the value
    named, to every parameter. Gradients add up until zero_grad. grad, bias.grad and
    m.weight.grad show them, why and view explain and draw them, step LR moves the
    parameters against them.
    """

  private static let pruning = """
    Two ways to switch filters off. mask RATE puts the mask into a Dynamic Pruning
    Unit: it multiplies on the way forward and lets the gradient pass on the way back,
    so that a masked filter learns and mask RATE again may bring it back. prune RATE
    is PyTorch's: the mask blocks the gradient, too. compare RATE sets both side by
    side. A convolution adds a constant, epsilon, so that ReLU is not closed where a
    filter is masked. prune has PyTorch's other functions as well, by their names:
    prune l1_unstructured 0.3, prune ln_structured 2 n=2 dim=1.
    """

  private static let sessions = """
    save FILE writes what was done and what it gave. In a shell, dpu replay FILE
    shows it as a notebook, dpu check FILE compares it with its records, dpu record
    FILE writes new ones. Every cell also goes to a journal as it runs: after a crash,
    and for 30 days after leaving without save, dpu --resume goes on with it.
    """

  private static let prompt = """
    What does not fit into the window is cut, and more shows the rest; more off cuts
    nothing. notes off silences the notes. NO_COLOR=1 or --color never switches the
    colours off.
    """
}

extension FunctionTable {
  /// The names of all functions, in lines of a width.
  fileprivate static func listing(width: Int, indentation: Int) -> String {
    FilledLines.lines(
      all.map { $0.name }, width: width, indentation: indentation, hanging: indentation
    ).joined(separator: "\n")
  }
}
