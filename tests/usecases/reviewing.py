"""What the use cases of reviews, conversations and approvals need, and a revision to review; knows no database."""

from app.domain.review import Decision
from app.usecases import comments, designs, reviews, waivers
from app.usecases.reviews import ShownReview
from tests.usecases.builders import design
from tests.usecases.house import NEEDS, House
from tests.usecases.sharing import Shared

SIGN_OFF, ASK_FOR_CHANGES = Decision.SIGN_OFF, Decision.ASK_FOR_CHANGES

NEEDS.update(
    {
        reviews.submit: "review.submit",
        reviews.withdraw: "review.submit",
        reviews.decide: "review.decide",
        reviews.get: "review.read",
        reviews.page: "review.read",
        comments.begin: "comment.write",
        comments.reply: "comment.write",
        comments.settle: "comment.write",
        comments.get: "review.read",
        comments.page: "review.read",
        waivers.approve: "waiver.approve",
        waivers.disapprove: "waiver.approve",
    }
)


async def revise(river: Shared, summary: str = "Now with a summary") -> None:
    """Another revision of the design."""
    await river.anna.ask(designs.replace, river.id, design(summary=summary))


async def decided(river: Shared, by: House, decision: Decision = SIGN_OFF, statement: str = "Well done") -> ShownReview:
    """The newest revision, submitted and decided about."""
    made = await river.anna.ask(reviews.submit, river.id)
    return await by.ask(reviews.decide, river.id, made.review.id, decision=decision, statement=statement)
