using Actant.AspNetCore.Problems;
using Actant.Storage;

namespace Actant.AspNetCore.Requests;

/// <summary>Reads a page of a listing whose cursor a stranger sent.</summary>
internal static class Pages
{
    /// <exception cref="ProblemException">The cursor is none.</exception>
    public static async Task<Page<T>> ReadAsync<T>(Func<Task<Page<T>>> read)
    {
        try
        {
            return await read();
        }
        catch (ArgumentException exception) when (exception.ParamName == "cursor")
        {
            const string Message = "This is not a cursor of an earlier page.";
            throw new ProblemException(new Refusal(ProblemCodes.InvalidInput, Message, [new DefinitionProblem("?cursor", "wrong_type", Message)]));
        }
    }
}
