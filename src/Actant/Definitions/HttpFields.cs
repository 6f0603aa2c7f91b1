namespace Actant.Definitions;

/// <summary>What the <c>config</c> of tools that call HTTP services may say: for those that read it and for its schema alike.</summary>
internal static class HttpFields
{
    /// <summary>The built-in tool that calls any address.</summary>
    public const string RequestTool = "http_request";

    /// <summary>Methods that have no body.</summary>
    public static readonly string[] Bodiless = ["GET", "HEAD"];

    public static readonly string[] Methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Those that a request has one of at most.</summary>
    public static readonly string[] Bodies = ["json", "form", "body"];

    /// <summary>The fields of a service's <c>config</c>.</summary>
    public static readonly string[] Service = ["method", "url", "query", "headers", .. Bodies, "response", "follow_redirects"];

    /// <summary>The fields of the <c>config</c> of <c>http_request</c>.</summary>
    public static readonly string[] Request = ["tool", "methods", "allowed_domains"];
}
