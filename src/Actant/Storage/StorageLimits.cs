using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Actant.Storage;

/// <summary>
/// The bounds that every store keeps, and the checks that it makes before it touches anything: what a database could refuse
/// (U+0000, half a surrogate pair, too long, too large) is an <see cref="ArgumentException"/> of its caller, in every store alike.
/// </summary>
public static class StorageLimits
{
    /// <summary>Characters of a thread's name, a key, an agent's name.</summary>
    public const int MaxNameLength = 255;

    /// <summary>Characters of an outbox row's destination.</summary>
    public const int MaxDestinationLength = 2048;

    /// <summary>Characters of an outbox row's group.</summary>
    public const int MaxGroupLength = 512;

    /// <summary>4 MiB: bytes of a signal's, an input's or an outbox row's body.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    /// <summary>Bytes of what lists show of one version of a record.</summary>
    public const int MaxSummaryBytes = 16 * 1024;

    /// <summary>64 MiB: bytes of a blob, a snapshot or a definition.</summary>
    public const int MaxContentBytes = 64 * 1024 * 1024;

    /// <summary>Most items of one call: entries of an append, submissions, signals, threads of a take, rows of a page.</summary>
    public const int MaxItems = 1000;

    /// <summary>Most entries that a thread can have.</summary>
    public const long MaxPosition = (1 << 28) - 1;

    /// <summary>The largest weight of a tenant.</summary>
    public const int MaxWeight = 1000;

    /// <summary>The largest capacity of a shared limit.</summary>
    public const int MaxCapacity = 1_000_000;

    /// <summary>Most capabilities that a thread can be left for want of.</summary>
    public const int MaxNeeds = 8;

    /// <summary>Most capabilities of a session.</summary>
    public const int MaxCapabilities = 2000;

    /// <summary>What keys of inputs begin with, and no others.</summary>
    public const string InputPrefix = "input:";

    /// <summary>How long an outbox row stays with the session that wrote or took it: 30 s.</summary>
    public static TimeSpan OutboxOwnership { get; } = TimeSpan.FromSeconds(30);

    private static readonly SearchValues<char> _tenantCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._:-");

    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>What a page's limit is brought to: 1 to <see cref="MaxItems"/>.</summary>
    public static int ClampLimit(int limit) => Math.Clamp(limit, 1, MaxItems);

    /// <summary>Checks a tenant: 1 to 128 ASCII letters, digits, <c>. _ : -</c>.</summary>
    public static void Check(TenantId tenant) =>
        Require(IsTenant(tenant.Value), "A tenant's id has 1 to 128 characters: letters, digits and . _ : -", nameof(tenant));

    /// <summary>Whether a text can be a tenant's id.</summary>
    public static bool IsTenant(string? text) =>
        text is { Length: > 0 and <= 128 } && !text.AsSpan().ContainsAnyExcept(_tenantCharacters);

    /// <summary>Checks the two parts of a thread's name.</summary>
    public static void Check(ThreadKey thread)
    {
        Check(thread.Tenant);
        CheckName(thread.Thread, nameof(thread));
    }

    /// <summary>Whether a text can name a capability: 1 to <see cref="MaxNameLength"/> characters, as names and keys are, in one line.</summary>
    public static bool IsCapability(string? text) =>
        text is { Length: > 0 and <= MaxNameLength } && !text.Contains('\n') && FaultOf(text) is null;

    /// <summary>Checks a name or key: 1 to <see cref="MaxNameLength"/> characters of well-formed UTF-16 without U+0000.</summary>
    public static void CheckName(string? name, string parameter) => CheckText(name, MaxNameLength, parameter);

    /// <summary>Checks a content hash: 64 lower-case hexadecimal digits.</summary>
    public static void Check(BlobHash hash) =>
        Require(hash.Value is { Length: 64 } text && !text.AsSpan().ContainsAnyExcept(_hexDigits), "A hash is 64 lower-case hexadecimal digits.", nameof(hash));

    /// <summary>Checks the bytes that are stored under a name of their own.</summary>
    public static void CheckContent(ReadOnlyMemory<byte> content) =>
        Require(content.Length <= MaxContentBytes, $"{content.Length} bytes are more than {MaxContentBytes}.", nameof(content));

    /// <summary>Checks an append as far as that is possible without looking at the thread.</summary>
    public static void Check(AppendRequest request)
    {
        Check(request.Thread);
        Require(request.Entries.Count <= MaxItems, $"An append has at most {MaxItems} entries.", nameof(request));
        Require(
            request.Entries.Count > 0 || request.Lease != LeaseChange.Keep || request.Consumed.Count > 0,
            "There is nothing to append, to consume or to release.", nameof(request));
        Require(request.Entries.Count > 0 || request.Outbox.Count == 0, "Outbox rows need an entry: it makes the append recognisable.", nameof(request));
        Require(request.Position is > 0 and <= MaxPosition - MaxItems, "The position is out of range.", nameof(request));
        foreach (var entry in request.Entries)
            Check(entry);
        foreach (var row in request.Outbox)
        {
            CheckText(row.Destination, MaxDestinationLength, nameof(request));
            if (row.Group is not null)
                CheckText(row.Group, MaxGroupLength, nameof(request));
            Require(row.Body.Length <= MaxBodyBytes, $"An outbox row has at most {MaxBodyBytes} bytes.", nameof(request));
        }

        Require(request.Entries.Count > 0 || request.Usage.Count == 0, "Usage needs an entry: it makes the append recognisable.", nameof(request));
        foreach (var amount in request.Usage)
        {
            CheckName(amount.Agent, nameof(request));
            CheckName(amount.Provider, nameof(request));
            CheckName(amount.Model, nameof(request));
        }

        foreach (var change in request.Executions)
        {
            Require(request.Entries.Count > 0 || !change.Status.IsEnd(), "An end needs an entry: it makes the append recognisable.", nameof(request));
            Require(Enum.IsDefined(change.Status), "Unknown status.", nameof(request));
        }

        Require(request.Needs.Count == 0 || request.Lease == LeaseChange.Sleep, "Only a thread that sleeps needs something.", nameof(request));
        Require(request.Needs.Count <= MaxNeeds && request.Needs.All(IsCapability), $"Up to {MaxNeeds} capabilities can be needed.", nameof(request));
    }

    /// <summary>Checks a record.</summary>
    public static void Check(RecordWrite write)
    {
        CheckName(write.Kind, nameof(write));
        CheckName(write.Id, nameof(write));
        CheckName(write.Name, nameof(write));
        Require(write.ExpectedVersion >= 0, "A version is not negative.", nameof(write));
        Require(write.Body.Length <= MaxBodyBytes, $"A record has at most {MaxBodyBytes} bytes.", nameof(write));
        Require((write.Summary?.Length ?? 0) <= MaxSummaryBytes, $"What lists show of a record has at most {MaxSummaryBytes} bytes.", nameof(write));
    }

    /// <summary>Checks a take.</summary>
    public static void Check(TakeRequest request)
    {
        Require(request is { Max: >= 0, Beside: >= 0 } && request.Max + (long)request.Beside > 0, "A take asks for at least one thread.", nameof(request));
        Require(request.TakenBody.Length <= EncodedEntry.MaxBodyBytes, $"An entry has at most {EncodedEntry.MaxBodyBytes} bytes.", nameof(request));
        if (request.Only is { } only)
            Check(only);
    }

    /// <summary>Checks what is asked of the outbox.</summary>
    public static void Check(OutboxTakeRequest request) => Require(
        request.ExceptGroups.Count <= MaxItems && request.ExceptTenants.Count <= MaxItems, $"At most {MaxItems} groups and tenants are left out.", nameof(request));

    /// <summary>Checks what is asked of a limit.</summary>
    public static void Check(GrantRequest request)
    {
        Check(request.Tenant);
        Check(request.Limit);
        Require(request.Capacity is > 0 and <= MaxCapacity, $"A limit has a capacity of 1 to {MaxCapacity}.", nameof(request));
        Require(request.Window >= TimeSpan.FromMilliseconds(1) && request.Window <= TimeSpan.FromDays(366), "A window has 1 ms to 366 days.", nameof(request));
        Require(request.Wanted is > 0 and <= MaxItems && request.Spare is >= 0 and <= MaxItems, $"1 to {MaxItems} permits per request.", nameof(request));
        Require(request.Unspent >= 0, "What comes back is not negative.", nameof(request));
    }

    /// <summary>Checks a tenant's share.</summary>
    public static void Check(TenantShare share)
    {
        Require(share.Weight is >= 1 and <= MaxWeight, $"A weight is 1 to {MaxWeight}.", nameof(share));
        Require(share.MaxRunning is null or >= 0, "A cap is not negative.", nameof(share));
        Require(share.MaxQueued is null or >= 0, "A bound of a queue is not negative.", nameof(share));
    }

    /// <summary>Checks a submission.</summary>
    public static void Check(Submission submission)
    {
        CheckName(submission.Thread, nameof(submission));
        CheckName(submission.Agent, nameof(submission));
        Check(submission.Definition);
        Require(submission.Input.Length <= MaxBodyBytes, $"An input has at most {MaxBodyBytes} bytes.", nameof(submission));
        Require(submission.Displacement.Length <= MaxBodyBytes, $"A signal has at most {MaxBodyBytes} bytes.", nameof(submission));
        Require(submission.Priority is >= 0 and <= 9, "A priority is 0 to 9.", nameof(submission));
        if (submission.IdempotencyKey is { } key)
            CheckName(key, nameof(submission));
        if (submission.Fingerprint is { } fingerprint)
            Check(fingerprint);
        if (submission.LeaseTo is { } lease)
            Check(lease);
        if (submission.Tags is { } tags)
            Check(tags);
    }

    private static void Check(ExecutionTags tags)
    {
        Require(tags.Labels.Count <= ExecutionTags.MaxLabels, $"At most {ExecutionTags.MaxLabels} labels.", nameof(tags));
        foreach (var key in tags.Keys)
        {
            CheckText(key, 512, nameof(tags));
            Require(!key.Any(char.IsControl), "Tags have no control characters.", nameof(tags));
        }

        Require(tags.ToBytes().Length <= EncodedEntry.MaxBodyBytes, $"Tags have at most {EncodedEntry.MaxBodyBytes} bytes.", nameof(tags));
    }

    /// <summary>Checks the submissions of one call.</summary>
    public static void Check(IReadOnlyList<Submission> submissions)
    {
        Require(submissions.Count is > 0 and <= MaxItems, $"1 to {MaxItems} submissions per call.", nameof(submissions));
        foreach (var submission in submissions)
            Check(submission);
    }

    /// <summary>Checks the signals of one call.</summary>
    public static void Check(IReadOnlyList<Signal> signals)
    {
        Require(signals.Count is > 0 and <= MaxItems, $"1 to {MaxItems} signals per call.", nameof(signals));
        foreach (var signal in signals)
        {
            Require(Enum.IsDefined(signal.Kind) && signal.Kind != SignalKind.Input, "An input is put in by a submission only.", nameof(signals));
            CheckName(signal.Key, nameof(signals));
            Require(!signal.Key.StartsWith(InputPrefix, StringComparison.Ordinal), $"Keys with {InputPrefix} are those of inputs.", nameof(signals));
            Require(signal.Body.Length <= MaxBodyBytes, $"A signal has at most {MaxBodyBytes} bytes.", nameof(signals));
        }
    }

    /// <summary>Checks a fork.</summary>
    public static void Check(ForkRequest request)
    {
        CheckName(request.Source, nameof(request));
        CheckName(request.Target, nameof(request));
        Require(request.Position is > 0 and < MaxPosition, "A fork copies at least one entry.", nameof(request));
        Check(request.Entry);
        CheckContinuation(request.Continues, request.Target);
        Check(request.Key);
    }

    /// <summary>Checks a rewind.</summary>
    public static void Check(RewindRequest request)
    {
        CheckName(request.Thread, nameof(request));
        Require(request.Expected is >= 0 and < MaxPosition, "The position is out of range.", nameof(request));
        Check(request.Entry);
        CheckContinuation(request.Continues, request.Thread);
        Check(request.Key);
    }

    /// <summary>Checks an erasure.</summary>
    public static void Check(EraseRequest request)
    {
        CheckName(request.Thread, nameof(request));
        Require(request.Expected is > 0 and < MaxPosition, "The position is out of range.", nameof(request));
        Require(request.Bodies.Count is > 0 and <= MaxItems && request.Blobs.Count <= MaxItems, $"1 to {MaxItems} entries per call.", nameof(request));
        Require(request.Bodies.Keys.All(position => position > 0 && position <= request.Expected), "Such an entry cannot be.", nameof(request));
        Require(request.Bodies.Values.All(body => body.Length <= EncodedEntry.MaxBodyBytes), $"An entry has at most {EncodedEntry.MaxBodyBytes} bytes.", nameof(request));
        foreach (var hash in request.Blobs)
            Check(hash);
        Check(request.Entry);
    }

    private static void Check(BranchKey? key)
    {
        if (key is null)
            return;
        CheckName(key.Key, nameof(key));
        Check(key.Fingerprint);
    }

    /// <summary>Checks what a node says of itself.</summary>
    public static void Check(OpenSession request)
    {
        CheckName(request.Node, nameof(request));
        Require(request.Address is null or { Length: <= 255 }, "An address has up to 255 characters.", nameof(request));
        Require(request.Capabilities.Count <= MaxCapabilities && request.Capabilities.All(IsCapability), $"A node has up to {MaxCapabilities} capabilities.", nameof(request));
        Require(request.Length > TimeSpan.Zero && request.Length <= TimeSpan.FromDays(1), "A session lasts up to a day.", nameof(request));
    }

    private static void Check(EncodedEntry entry) =>
        Require(
            entry.Body.Length <= EncodedEntry.MaxBodyBytes,
            $"An entry of {entry.Body.Length} bytes is larger than {EncodedEntry.MaxBodyBytes}: write a blob and name it.", nameof(entry));

    private static void CheckContinuation(Submission? continues, string thread)
    {
        if (continues is null)
            return;
        Check(continues);
        Require(continues.Thread == thread, "The execution that goes on must be of the thread.", nameof(continues));
    }

    private static void CheckText(string? text, int max, string parameter)
    {
        Require(!string.IsNullOrEmpty(text) && text.Length <= max, $"1 to {max} characters are needed.", parameter);
        if (FaultOf(text!) is { } fault)
            throw new ArgumentException(fault, parameter);
    }

    /// <summary>Why a database would refuse a text.</summary>
    private static string? FaultOf(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return "U+0000 is not allowed in names and keys.";
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return "Half a surrogate pair.";
            i++;
        }

        return null;
    }

    private static void Require(bool condition, string message, string parameter)
    {
        if (!condition)
            throw new ArgumentException(message, parameter);
    }

    private static void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Complaint message, string parameter)
    {
        if (!condition)
            throw new ArgumentException(message.ToString(), parameter);
    }

    /// <summary>A message that is put together only where there is something to complain about: each commit is checked.</summary>
    [InterpolatedStringHandler]
    private ref struct Complaint
    {
        private DefaultInterpolatedStringHandler _text;

        public Complaint(int literalLength, int formattedCount, bool condition, out bool isNeeded)
        {
            isNeeded = !condition;
            _text = isNeeded ? new(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
        }

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public override string ToString() => _text.ToStringAndClear();
    }
}
