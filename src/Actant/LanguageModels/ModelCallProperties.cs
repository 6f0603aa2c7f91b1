using Actant.Journaling;

namespace Actant.LanguageModels;

/// <summary>Names in the <c>AdditionalProperties</c> of chat options and responses that the engine and providers agree on.</summary>
public static class ModelCallProperties
{
    /// <summary>In the options: the attempt of this call as an <see cref="int"/>, 1 for the first.</summary>
    public const string Attempt = "actant.attempt";

    /// <summary>In the options: the tenant on whose behalf it is called, a text.</summary>
    public const string Tenant = "actant.tenant";

    /// <summary>In the response, and in the last update of a stream: who really answered, where that is not the provider asked for.</summary>
    public const string Source = "actant.model_source";

    /// <summary>In the response, and in one update of a stream: the vendor's id of the request, which its support asks for.</summary>
    public const string RequestId = "actant.request_id";

    /// <summary>
    /// On a function call whose arguments are no JSON object: what the model wrote, as a <see cref="string"/>. The tool refuses
    /// it, and the model hears why. When the call is sent back, its <c>Arguments</c> hold the text under <c>arguments</c>, for vendors that
    /// take objects alone.
    /// </summary>
    public const string RawArguments = "actant.raw_arguments";

    /// <summary>On a function call: what the vendor calls it, a text.</summary>
    public const string VendorId = "actant.vendor_id";

    /// <summary>On what an answer holds: the provider whose answer it is, a text. Nobody else is given it.</summary>
    public const string Provider = "actant.provider";

    /// <summary>On a function call: what the provider said beside it, and wants to have back with it, a JSON value.</summary>
    public const string ProviderData = "actant.provider_data";

    /// <summary>On reasoning: the field of the provider's answer that it stood in, and goes back in, a text.</summary>
    public const string Field = "actant.field";

    /// <summary>On an image: how closely a model shall look at it, a text: <c>auto</c>, <c>low</c> or <c>high</c>.</summary>
    public const string Detail = MessageParts.Detail;

    /// <summary>
    /// On a message in the role of the user: the node whose answer it tells, a text. To the model that is asked, what others have
    /// said comes from outside.
    /// </summary>
    public const string ToldOf = "actant.told_of";

    /// <summary>In the additional counts of the usage: input tokens that were written to the provider's cache.</summary>
    public const string CacheWriteTokens = "actant.cache_write_tokens";
}
