namespace Actant.Api;

/// <summary>Asks for a page of something.</summary>
public sealed record PageCommand
{
    private const string NoCursor = "This is not a cursor of an earlier page.";

    /// <summary>Where it begins; at the beginning if absent.</summary>
    public string? Cursor { get; init; }

    /// <summary>How many items it has at most.</summary>
    public required int Limit { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<PageCommand> Read(CommandFields fields) => fields.Read(Of(fields));

    /// <summary>The fields of it, where more follow.</summary>
    internal static PageCommand Of(CommandFields fields) => new() { Cursor = fields.Name("cursor"), Limit = fields.Limit() };

    /// <summary>The page, as a view; refused where the cursor, which a stranger sent, is none.</summary>
    internal async ValueTask<Reply<TView>> ShowAsync<T, TView>(Func<string?, int, ValueTask<Storage.Page<T>>> read, Func<Storage.Page<T>, TView> view)
        where TView : class
    {
        try
        {
            return Reply<TView>.Done(view(await read(Cursor, Limit)));
        }
        catch (ArgumentException exception) when (exception.ParamName == "cursor")
        {
            return Reply<TView>.Refused(new Refusal(RefusalCodes.InvalidInput, NoCursor, [new DefinitionProblem("?cursor", "wrong_type", NoCursor)]));
        }
    }
}
