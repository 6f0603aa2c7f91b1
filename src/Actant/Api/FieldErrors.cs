namespace Actant.Api;

/// <summary>Collects what is wrong with a command, so that the caller sees all of it at once.</summary>
public sealed class FieldErrors
{
    private const int Most = 100;

    private readonly List<DefinitionProblem> _errors = [];

    /// <summary>Notes a fault.</summary>
    /// <param name="path">Where it is: a JSON path, or <c>?name</c>.</param>
    /// <param name="code">What it is.</param>
    /// <param name="message">The same for people.</param>
    public void Add(string path, string code, string message)
    {
        if (_errors.Count < Most)
        {
            _errors.Add(new DefinitionProblem(path, code, message));
        }
    }

    /// <summary>Why the command is refused; <c>null</c> if nothing was wrong.</summary>
    public Refusal? Refusal => _errors.Count == 0 ? null : new Refusal(RefusalCodes.InvalidInput, $"{_errors[0].Path}: {_errors[0].Message}", _errors);
}
