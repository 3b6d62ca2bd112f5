"""Which environment each function needs; template tests hold template.yaml against these."""

from goodstanding.contracts.base import Settings


class HealthSettings(Settings):
    """The account-health tables."""

    health_table: str


class SellersSettings(Settings):
    """Listing the sellers: their settings are objects in the bucket, their secrets are only dated, not read."""

    bucket: str
    seller_secret_prefix: str


class SpApiSettings(HealthSettings):
    """Talking to SP-API. `sp_api_endpoint` empty = Amazon's own for the seller's region; `amazon_calls` "off" is the stop switch."""

    seller_secret_prefix: str
    sp_api_endpoint: str = ""
    amazon_calls: str = "on"


class DownloadSettings(SpApiSettings):
    """Downloading into the raw bucket."""

    bucket: str


class ClockSettings(Settings):
    """Clocks that are started, ended or paused: nobody is told of anything."""

    deadlines_table: str


class DeadlineSettings(ClockSettings, HealthSettings):
    """Clocks, and the alert ledger in the health table, into which their steps are planned."""


class IngestSettings(HealthSettings):
    """From the raw bucket into order facts."""

    bucket: str
    orders_table: str


class ComputeSettings(DeadlineSettings):
    """From order facts and conversations to metrics."""

    bucket: str
    orders_table: str
    conversations_table: str


class JudgeSettings(HealthSettings):
    """From metrics to alerts: the seller's language is in its settings object."""

    bucket: str


class DigestSettings(JudgeSettings, DeadlineSettings):
    """From metrics, requests, clocks and conversations to the digest; `mode` and `amazon_calls` tell whether requests are held back."""

    orders_table: str
    conversations_table: str
    mode: str = "act"
    amazon_calls: str = "on"


class PublishSettings(HealthSettings):
    """From planned alerts to SNS."""

    bucket: str
    alerts_topic_arn: str
    digest_topic_arn: str


class PlanSettings(ClockSettings):
    """Planning requests: order facts, the sellers' settings in the bucket, and the clocks of orders to be shipped."""

    bucket: str
    orders_table: str


class RequestSettings(Settings):
    """Order facts, and the sellers' settings in the bucket."""

    bucket: str
    orders_table: str


class PromiseSettings(RequestSettings, SpApiSettings):
    """Reading promises of delivery from the Orders API."""


class SendSettings(RequestSettings, SpApiSettings):
    """Sending requests. `mode` "observe" plans and reports, and asks nobody."""

    mode: str = "act"


class NotificationSettings(ClockSettings):
    """From the notification queue into order facts, and the clocks of orders to be shipped; the sellers' settings tell whose they are."""

    bucket: str
    orders_table: str


class SweepSettings(DeadlineSettings):
    """The escalation sweep: the sellers' languages are in their settings objects."""

    bucket: str


class ThreadSettings(ClockSettings):
    """Conversations and their clocks; `mail_key_secret` keys the hashes of what is kept."""

    bucket: str
    conversations_table: str
    mail_key_secret: str


class MailboxSettings(HealthSettings):
    """Watching the mailboxes; without a canary's address and sender none is sent."""

    bucket: str
    conversations_table: str
    canary_address: str = ""
    canary_sender: str = ""


class MailSettings(ThreadSettings, DeadlineSettings):
    """From raw mails to conversations, clocks, claims and opt-outs."""

    orders_table: str


class CollectSettings(HealthSettings):
    """From sellers' mailboxes into the bucket."""

    bucket: str
    mailbox_secret_prefix: str


class RunSettings(Settings):
    """The end of a run needs nothing but its logs."""
