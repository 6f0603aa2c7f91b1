namespace Actant.LanguageModels;

/// <summary>A model call that failed. Says whether another attempt may help, and when.</summary>
public sealed class ModelException(Failure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    /// <summary>The failure: one of <see cref="ModelErrors"/>.</summary>
    public Failure Failure { get; } = failure;

    /// <summary>The vendor's id of the request, which its support asks for; <c>null</c> where it gave none.</summary>
    public string? RequestId { get; set; }
}
