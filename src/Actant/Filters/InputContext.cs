namespace Actant.Filters;

/// <summary>An input, before anything of it is stored. A refusal is the answer to whoever submitted it.</summary>
public sealed class InputContext : ValueContext
{
    internal override string What => "an input";
}
