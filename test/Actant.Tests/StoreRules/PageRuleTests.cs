using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class PageRuleTests
{
    [Fact]
    public void Cut_OneMore_ContinuesBehindTheLastOfThePage()
    {
        var page = PageRule.Cut([5, 4, 3], 2, Place, static row => $"{row}");

        Assert.Equal(["5", "4"], page.Items);
        Assert.Equal(Place(4), PageCursor.Parse(page.Cursor));
    }

    [Fact]
    public void Cut_NoMore_Ends()
    {
        Assert.Null(PageRule.Cut([5, 4], 2, Place, static row => row).Cursor);
        Assert.Empty(PageRule.Cut(Array.Empty<int>(), 2, Place, static row => row).Items);
    }

    private static PageCursor Place(int row) => new(Rows.Now, row);
}
