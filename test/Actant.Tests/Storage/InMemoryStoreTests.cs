using System.Reflection;
using System.Text;
using Actant.InMemory;
using Actant.Storage;
using Actant.Testing.Storage;

namespace Actant.Tests.Storage;

public sealed class InMemoryStoreTests : StoreConformance
{
    private InMemoryStore? _store;

    protected override Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        Task.FromResult<IActantStore>(_store = new InMemoryStore(clock, ids));

    /// <summary>Every text and every byte that can be reached from the store.</summary>
    protected override Task<string> DumpAsync()
    {
        var text = new StringBuilder();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object?>([_store]);
        while (open.TryPop(out var item))
        {
            switch (item)
            {
                case string value:
                    text.AppendLine(value);
                    continue;
                case byte[] bytes:
                    text.AppendLine(Encoding.UTF8.GetString(bytes));
                    continue;
                case ReadOnlyMemory<byte> bytes:
                    text.AppendLine(Encoding.UTF8.GetString(bytes.Span));
                    continue;
                case null or Pointer or Delegate or Type or Thread:
                    continue;
                case Array items:
                    foreach (var inner in items)
                        open.Push(inner);
                    continue;
            }

            var type = item.GetType();
            if (type.IsPrimitive || type.IsEnum || (!type.IsValueType && !seen.Add(item)))
                continue;
            for (var level = type; level is not null; level = level.BaseType)
            {
                foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    if (!field.FieldType.IsPointer && !field.FieldType.IsByRefLike)
                        open.Push(field.GetValue(item));
                }
            }
        }

        return Task.FromResult(text.ToString());
    }
}
