namespace Actant.LanguageModels;

/// <summary>A model call that failed. Says whether another attempt may help, and when.</summary>
public sealed class ModelException(Failure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    /// <summary>The failure: one of <see cref="ModelErrors"/>.</summary>
    public Failure Failure { get; } = failure;
}
