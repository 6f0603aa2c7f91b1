using Actant.AspNetCore.Problems;

namespace Actant.AspNetCore.Requests;

/// <summary>Collects what is wrong with a request, so that the caller sees all of it at once.</summary>
internal sealed class RequestErrors
{
    private readonly List<DefinitionProblem> _errors = [];

    public void Add(string path, string code, string message)
    {
        if (_errors.Count < RequestLimits.Errors)
        {
            _errors.Add(new DefinitionProblem(path, code, message));
        }
    }

    /// <exception cref="ProblemException">There were errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new ProblemException(new Refusal(ProblemCodes.InvalidInput, $"{_errors[0].Path}: {_errors[0].Message}", _errors));
        }
    }
}
