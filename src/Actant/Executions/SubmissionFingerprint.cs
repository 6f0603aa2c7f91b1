using System.Text;
using Actant.Definitions;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>
/// A hash of what was asked, so that a key cannot silently stand for something else: of what the caller said, not of what that means
/// now. A request that is sent again after its definition has changed is the same request.
/// </summary>
internal static class SubmissionFingerprint
{
    public static BlobHash Of(SubmitRequest request, InputSignal signal) =>
        Of(request, signal, request.Brought is { } brought ? brought.Value : NameOf(request.Definition));

    /// <summary>As the release before counted: with the definition itself.</summary>
    public static BlobHash OfDefinition(SubmitRequest request, InputSignal signal) => Of(request, signal, request.Definition.Hash.Value);

    private static string NameOf(Definition definition) => definition is AgentDefinition ? definition.Name : $"{definition.Kind}:{definition.Name}";

    private static BlobHash Of(SubmitRequest request, InputSignal signal, string what)
    {
        var asked = $"{what}\n{request.Thread}\n{request.Priority}\n{request.Timeout}\n{request.Start}\n{request.WhenBusy}\n";

        // A trace is another one each time that a request is sent; of the rest nothing is counted where nothing was said.
        if (SubmissionTags.Said(request) is { HasMoreThanTrace: true } tags)
        {
            asked += $"{Convert.ToHexString((tags with { TraceParent = null, TraceState = null, Baggage = null }).ToBytes())}\n";
        }

        return BlobHash.Of([.. Encoding.UTF8.GetBytes(asked), .. signal.WithoutSubmitter().ToBytes()]);
    }
}
