namespace Actant.Expressions.Nodes;

/// <summary>A function of one value; false when it has set the evaluation's error.</summary>
internal delegate bool UnaryFunction(
    ref Evaluation evaluation, UnaryCallNode call, in ExpressionValue x, out ExpressionValue value);
