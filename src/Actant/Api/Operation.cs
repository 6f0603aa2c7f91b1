using System.Text.Json.Serialization.Metadata;
using Actant.Access;

namespace Actant.Api;

/// <summary>One thing that can be asked of the product, whatever carries it here.</summary>
public abstract class Operation
{
    private protected Operation(string name, Role least, Type command, Type view)
    {
        Name = name;
        Least = least;
        Command = command;
        View = view;
    }

    /// <summary>What it is called: <c>executions.submit</c>.</summary>
    public string Name { get; }

    /// <summary>The least role that may do it.</summary>
    public Role Least { get; }

    /// <summary>What it is asked with.</summary>
    public Type Command { get; }

    /// <summary>What it answers.</summary>
    public Type View { get; }

    /// <summary>How the view is written; <c>null</c> where it writes itself.</summary>
    public abstract JsonTypeInfo? ViewJson { get; }

    /// <summary>
    /// Why the caller may not do it; <c>null</c> if they may. Every operation asks it of itself; a way in may ask before, so that it reads nothing
    /// for those who may not.
    /// </summary>
    public Refusal? RefusalFor(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.RefusalFor(Least);
    }
}
