using System.Diagnostics.CodeAnalysis;

namespace Actant;

/// <summary>What came of something asked for: a value, or why not.</summary>
public sealed record Reply<T>
    where T : class
{
    /// <summary>The value.</summary>
    public T? Value { get; private init; }

    /// <summary>Why there is none.</summary>
    public Refusal? Refusal { get; private init; }

    /// <summary>Whether this is the answer of an earlier request with the same idempotency key.</summary>
    public bool IsReplayed { get; private init; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsDone => Value is not null;

    /// <summary>It was done.</summary>
    public static Reply<T> Done(T value, bool isReplayed = false) => new() { Value = value, IsReplayed = isReplayed };

    /// <summary>It was not done.</summary>
    public static Reply<T> Refused(string code, string message) => new() { Refusal = new Refusal(code, message) };

    /// <summary>It was not done.</summary>
    public static Reply<T> Refused(Refusal refusal) => new() { Refusal = refusal };

    /// <summary>The same about what is made of the value.</summary>
    public Reply<TOther> Map<TOther>(Func<T, TOther> make)
        where TOther : class
    {
        ArgumentNullException.ThrowIfNull(make);
        return IsDone ? Reply<TOther>.Done(make(Value), IsReplayed) : Reply<TOther>.Refused(Refusal);
    }
}
