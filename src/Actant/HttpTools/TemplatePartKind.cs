namespace Actant.HttpTools;

internal enum TemplatePartKind
{
    Text,
    Argument,
    Secret,
}
