namespace Actant.Redis;

/// <summary>Something that waits in a thread's queue.</summary>
internal abstract class StreamItem
{
    /// <summary>A piece of an answer.</summary>
    public sealed class Piece(AnswerText answer) : StreamItem
    {
        public AnswerText Answer { get; } = answer;

        /// <summary>Up to where.</summary>
        public int To { get; set; }

        /// <summary>Whether nothing of the answer follows.</summary>
        public bool IsLast { get; set; }
    }

    /// <summary>A whole message.</summary>
    public sealed class Whole(byte[] body) : StreamItem
    {
        public byte[] Body { get; } = body;

        /// <summary>What it holds of its tenant's room, in bytes.</summary>
        public long Charge { get; init; }

        /// <summary>Who waits until it is sent: to how many, or <c>null</c> if it was not.</summary>
        public TaskCompletionSource<long?>? Sent { get; init; }
    }
}
