using System.Text.Json;
using Actant.Executions;

namespace Actant.Api;

/// <summary>An execution as the API shows it.</summary>
public sealed class ExecutionDocument : IExecutionDocument
{
    /// <inheritdoc />
    public byte[] Write(ExecutionResult result, int maxBytes, Uri? publicUrl)
    {
        var whole = JsonSerializer.SerializeToUtf8Bytes(ExecutionView.Of(result), ApiJson.Wire.ExecutionView);
        if (whole.Length <= maxBytes)
        {
            return whole;
        }

        var path = $"/api/v1/executions/{result.Record.Id}";
        var rest = ExecutionView.Of(result.Record) with
        {
            Principal = result.Principal,
            Model = result.Model,
            ModelSource = result.ModelSource,
            FinishReason = result.FinishReason,
            NoOutput = result.HasNoOutput ? true : null,
            Usage = result.Usage,
            ResultUrl = publicUrl is null ? path : $"{publicUrl.AbsoluteUri.TrimEnd('/')}{path}",
        };
        return JsonSerializer.SerializeToUtf8Bytes(rest, ApiJson.Wire.ExecutionView);
    }
}
