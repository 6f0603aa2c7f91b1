
namespace Actant.AspNetCore.Problems;

/// <summary>Ends a request with a problem: what the caller sent, or wants, cannot be done.</summary>
internal sealed class ProblemException(Refusal refusal) : Exception(refusal.Message)
{
    public ProblemException(string code, string message)
        : this(new Refusal(code, message))
    {
    }

    public Refusal Refusal { get; } = refusal;
}
