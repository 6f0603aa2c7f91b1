namespace Actant.Examples.SurviveACrash;

/// <summary>A line of the <see cref="CallFile"/>.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Attempt">Its attempt, from 1.</param>
/// <param name="Class">The class of its tool.</param>
/// <param name="IsBegin">Whether it began; else it ended.</param>
/// <param name="At">When, in milliseconds since 1970.</param>
internal sealed record CallLine(string CallId, int Attempt, string Class, bool IsBegin, long At);
