namespace Actant.Api;

/// <summary>
/// Takes the fields of a command out of what a way in was sent, one by one, and notes all that is wrong with them. What is absent is
/// <c>null</c>, and so is what is wrong.
/// </summary>
public abstract class CommandFields
{
    private const int DefaultPage = 50;
    private const int LargestPage = 1_000;

    private protected CommandFields(FieldErrors errors) => Errors = errors;

    /// <summary>What is wrong so far.</summary>
    public FieldErrors Errors { get; }

    /// <summary>A name or key: 1 to 255 characters.</summary>
    public abstract string? Name(string name);

    /// <summary>A whole number.</summary>
    public abstract long? Number(string name, long least, long most);

    /// <summary>True or false.</summary>
    public abstract bool? Flag(string name);

    /// <summary>One of the given words.</summary>
    public abstract string? Word(string name, IEnumerable<string> words);

    /// <summary>Several texts.</summary>
    public abstract IReadOnlyList<string> Texts(string name, int most);

    /// <summary>An execution's id.</summary>
    public ExecutionId? Execution(string name)
    {
        if (Name(name) is not { } text)
        {
            return null;
        }

        if (ExecutionId.TryParse(text, out var id))
        {
            return id;
        }

        Wrong(name, "An execution's id is expected.");
        return null;
    }

    /// <summary>How many items a page has.</summary>
    public int Limit() => (int)(Number("limit", 1, LargestPage) ?? DefaultPage);

    /// <summary>Notes that a field is not as it should be.</summary>
    public void Wrong(string name, string message) => Errors.Add(PathOf(name), "wrong_type", message);

    /// <summary>The command that was read of them, or all that is wrong. To be called last.</summary>
    public Reply<T> Read<T>(T command)
        where T : class
    {
        RefuseUnknown();
        return Errors.Refusal is { } refusal ? Reply<T>.Refused(refusal) : Reply<T>.Done(command);
    }

    /// <summary>Where a field stands, as messages name it.</summary>
    private protected abstract string PathOf(string name);

    /// <summary>Notes the fields that nobody asked for, where there can be none.</summary>
    private protected abstract void RefuseUnknown();
}
