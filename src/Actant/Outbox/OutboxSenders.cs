using System.Collections.Frozen;

namespace Actant.Outbox;

/// <summary>The senders of a process, by scheme.</summary>
internal sealed class OutboxSenders
{
    private readonly FrozenDictionary<string, IOutboxSender> _byScheme;

    /// <exception cref="ArgumentException">Two have one scheme, or one's scheme is none, or the engine's own.</exception>
    public OutboxSenders(IEnumerable<IOutboxSender> senders)
    {
        var byScheme = new Dictionary<string, IOutboxSender>(StringComparer.Ordinal);
        foreach (var sender in senders)
        {
            if (!IsScheme(sender.Scheme))
            {
                throw new ArgumentException($"`{sender.Scheme}` is no scheme: it begins with a letter and has lower-case letters, digits and `+ - .`.", nameof(senders));
            }

            if (sender.Scheme == DeliveryNote.ThreadScheme)
            {
                throw new ArgumentException($"`{DeliveryNote.ThreadScheme}` is the engine's own scheme.", nameof(senders));
            }

            if (!byScheme.TryAdd(sender.Scheme, sender))
            {
                throw new ArgumentException($"There are two senders for `{sender.Scheme}`.", nameof(senders));
            }
        }

        _byScheme = byScheme.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public bool IsEmpty => _byScheme.Count == 0;

    public IEnumerable<IOutboxSender> All => _byScheme.Values;

    public IOutboxSender? Find(string scheme) => _byScheme.GetValueOrDefault(scheme);

    /// <summary>What is wrong with targets, each with its place.</summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="path">Of one target by its index.</param>
    public IEnumerable<DefinitionProblem> Check(TenantId tenant, IReadOnlyList<DeliveryTarget> targets, Func<int, string> path) =>
        targets.Take(DeliveryTarget.MaxTargets).SelectMany((target, index) => DeliveryChecks.Check(tenant, target, path(index), this));

    public string Names => string.Join(", ", _byScheme.Keys.Order(StringComparer.Ordinal));

    private static bool IsScheme(string text) =>
        text.Length is > 0 and <= 32 && char.IsAsciiLetterLower(text[0]) && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '+' or '-' or '.');
}
