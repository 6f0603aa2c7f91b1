using System.Text;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>Collects errors up to a bound and knows the instance path; names are turned into text only when an error needs them.</summary>
internal sealed class ErrorCollector(int maxErrors)
{
    private readonly List<Segment> _path = [];
    private readonly List<ValidationError> _errors = [];

    public IReadOnlyList<ValidationError> Errors => _errors;

    public bool IsFull => _errors.Count >= maxErrors;

    public void Push(JsonProperty property) => _path.Add(new Segment(property, -1));

    public void Push(int index) => _path.Add(new Segment(default, index));

    public void Pop() => _path.RemoveAt(_path.Count - 1);

    public void Add(string schemaPath, string keyword, string message)
    {
        if (!IsFull)
        {
            _errors.Add(new ValidationError(InstancePath(), schemaPath, keyword, message));
        }
    }

    private string InstancePath()
    {
        var path = new StringBuilder("$");
        foreach (var segment in _path)
        {
            if (segment.Index >= 0)
            {
                path.Append('[').Append(segment.Index).Append(']');
            }
            else
            {
                AppendName(path, JsonText.NameOf(segment.Property));
            }
        }

        return path.ToString();
    }

    private static void AppendName(StringBuilder path, string name)
    {
        if (name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            path.Append('.').Append(name);
        }
        else
        {
            path.Append("['").Append(name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)).Append("']");
        }
    }

    private readonly record struct Segment(JsonProperty Property, int Index);
}
