using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Answers;

/// <summary>What browsers and proxies are told of every answer: it is what it says it is, and nobody else's to keep.</summary>
internal static class AnswerHeaders
{
    public static void Set(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
    }
}
