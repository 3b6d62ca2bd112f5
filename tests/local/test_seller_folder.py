"""Seller folders: what is taken, and which faults stop a run before it begins."""

import gzip
from pathlib import Path

import pytest

from goodstanding.contracts.seller import EnrolledSeller
from goodstanding.contracts.seller_yaml import read_settings
from goodstanding.core.report_types import ReportType
from local.seller_folder import BadInput, load, load_all
from tests.local.sp_api_world import at, order, seller_folder, tsv

ORDERS = tsv([order("302-1", at("11-05"))])
FEEDBACK = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\r\n05.11.26\t1\tspät\t\t302-1\t\r\n"
V2 = '{"accountStatuses": [], "performanceMetrics": []}'
HEAD = "seller_id: A2EXAMPLE00001\nmarketplaces: [DE, FR]\n"


def fault(path: Path) -> str:
    """The one line a folder is refused with."""
    with pytest.raises(BadInput) as refused:
        load(path)
    message = str(refused.value)
    assert "\n" not in message
    return message


def with_settings(path: Path, text: str) -> Path:
    """A folder that holds nothing but settings."""
    folder = seller_folder(path, {})
    (folder / "seller.yaml").write_text(text)
    return folder


def test_whole_folder_is_loaded_with_each_file_under_its_marketplace(tmp_path):
    """Files are told by content, not by name, and belong to the marketplace of their folder, in any case and gzipped or not."""
    path = seller_folder(
        tmp_path / "s", {"DE/a.bin": ORDERS, "DE/b.txt.gz": FEEDBACK, "fr/x": V2}, marketplaces="DE, FR, IT"
    )
    folder = load(path)
    kinds = {place.country: [file.report_type for file in files] for place, files in folder.files.items()}
    assert kinds == {"DE": [ReportType.ALL_ORDERS, ReportType.FEEDBACK], "FR": [ReportType.PERFORMANCE_V2], "IT": []}
    assert (folder.seller_id, folder.language, folder.mail, folder.notifications) == ("A2EXAMPLE00001", "de", None, ())


def test_british_folder_is_taken_under_both_of_its_codes(tmp_path):
    """UK is accepted for GB, in seller.yaml and as a folder's name."""
    folder = load(seller_folder(tmp_path / "s", {"UK/a": ORDERS, "GB/b": FEEDBACK}, marketplaces="UK"))
    assert [(place.country, len(files)) for place, files in folder.files.items()] == [("GB", 2)]


def test_hidden_files_are_ignored_everywhere(tmp_path):
    """What a file manager leaves behind is no input."""
    names = (".DS_Store", "DE/.DS_Store", "mail/._x", "DE/Thumbs.db", "notifications/.keep")
    folder = load(seller_folder(tmp_path / "s", dict.fromkeys(names, "junk")))
    assert folder.mail == ()
    assert not any(folder.files.values())


def test_mail_and_notifications_are_listed_in_the_order_of_their_names(tmp_path):
    """Mail is None without a mail folder and a list with one; a broken mail is no fault."""
    path = seller_folder(tmp_path / "s", {"mail/b.eml": "", "mail/a.EML": b"\xff\0", "notifications/n.json": "{"})
    folder = load(path)
    assert folder.mail is not None
    assert [mail.name for mail in folder.mail] == ["a.EML", "b.eml"]
    assert [notification.name for notification in folder.notifications] == ["n.json"]


def test_damaged_content_of_a_known_kind_is_no_fault(tmp_path):
    """A file whose content is damaged costs its source, not the run."""
    damaged = {
        "DE/v2.json": V2[:-1],
        "DE/orders.txt": ORDERS[:-40],
        "DE/feedback.txt": FEEDBACK.replace("05.11.26", "??"),
    }
    assert len(load(seller_folder(tmp_path / "s", damaged)).files) == 4


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"DE/x.txt": "hello\tworld\n"}, "x.txt: is of no known kind"),
        ({"DE/empty": ""}, "empty: is of no known kind"),
        ({"DE/twice.gz": gzip.compress(ORDERS.encode())}, "twice.gz: is of no known kind"),
        ({"IT/a": ORDERS}, "IT is not in marketplaces of seller.yaml (DE, FR, JP, US); add it"),
        ({"XX/a": ORDERS}, "is no marketplace; name it after one of seller.yaml"),
        ({"orders.txt": ORDERS}, "orders.txt: does not belong here; move it into the folder of its marketplace"),
        ({"mail/a.msg": "x"}, "a.msg: is no .eml file"),
        ({"notifications/a.txt": "x"}, "a.txt: is no .json file"),
    ],
)
def test_file_that_cannot_be_placed_is_a_fault_that_names_it(tmp_path, files, said):
    """Nothing in a folder is passed over in silence."""
    assert said in fault(seller_folder(tmp_path / "s", files))


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[:-9], lambda raw: raw[:60], lambda raw: raw[:-8] + b"\0\0\0\0" + raw[-4:]]
)
def test_truncated_or_damaged_gzip_is_a_fault(tmp_path, spoil):
    """A compressed file is read to its end, also when its beginning is sound."""
    packed = gzip.compress(tsv([order(f"302-{number}", at("11-05")) for number in range(3000)]).encode())
    assert "a: is a truncated or damaged gzip file; download it again" in fault(
        seller_folder(tmp_path / "s", {"DE/a": spoil(packed)})
    )


def test_folder_inside_a_marketplace_is_a_fault(tmp_path):
    """Files are looked for in one level only, and said so."""
    path = seller_folder(tmp_path / "s", {"DE/a": ORDERS})
    (path / "DE" / "old").mkdir()
    assert "old: is a folder inside a marketplace's folder; move its files up" in fault(path)


def test_missing_folder_file_or_settings_are_faults_with_the_mend(tmp_path):
    """Each says what is missing and what to do."""
    assert "nowhere: no such folder" in fault(tmp_path / "nowhere")
    file = tmp_path / "file"
    file.write_text("")
    assert "is a file; name the folder" in fault(file)
    (tmp_path / "bare").mkdir()
    assert "seller.yaml: is missing; write one" in fault(tmp_path / "bare")
    (tmp_path / "bare" / "seller.yml").write_text(HEAD)
    assert "rename seller.yml to seller.yaml" in fault(tmp_path / "bare")


def test_settings_that_are_not_utf_8_are_a_fault(tmp_path):
    """Said as such, not as a decoding error."""
    path = seller_folder(tmp_path / "s", {})
    (path / "seller.yaml").write_bytes(HEAD.encode("utf-16"))
    assert "is not UTF-8 text; save it as UTF-8" in fault(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "colour: red\n", "line 3, colour: unknown key; known here: seller_id, marketplaces"),
        (HEAD + "requests:\n  delay: 7\n", "line 4, requests.delay: unknown key; known here: enabled, delay_days"),
        (HEAD + "requests: {delay_days: 4}\n", "line 3, requests.delay_days: must be 5 or more, is 4"),
        (HEAD + "requests: {delay_days: 26}\n", "line 3, requests.delay_days: must be 25 or less, is 26"),
        (HEAD + "requests: {delay_days: '7'}\n", "must be a whole number"),
        (HEAD + "requests: {delay_days: 7.5}\n", "must be a whole number"),
        (HEAD + "requests: {send_hour: 24}\n", "must be 23 or less"),
        (HEAD + "requests: {send_hour: -1}\n", "must be 0 or more"),
        (HEAD + "requests: {daily_cap: 0}\n", "requests.daily_cap: must be 1 or more, is 0"),
        (HEAD + "requests: {enabled: maybe}\n", "must be true or false"),
        (HEAD + "requests: {exclude: {channels: [FBA]}}\n", "requests.exclude.channels[0]: must be 'afn' or 'mfn'"),
        (HEAD + "requests: {exclude: {asins: [B0]}}\n", "requests.exclude.asins[0]: 'B0' is not an ASIN"),
        (HEAD + "opt_outs: [123]\n", "line 3, opt_outs[0]: '123' is not an Amazon order id"),
        (HEAD + "opt_outs:\n", "line 3, opt_outs: must be a list, is empty"),
        (HEAD + "own_addresses: [shop]\n", "'shop' is not an e-mail address"),
        (HEAD + "language: fr\n", "line 3, language: must be 'de' or 'en'"),
        (HEAD + "mailbox: true\n", "line 3, mailbox: unknown key"),
        (HEAD + "seller_id: B\n", "line 3, seller_id: key given twice (first in line 1)"),
        (HEAD + 'language: "de', "line 3: is not YAML"),
        ("marketplaces: [DE]\n", "seller_id: is missing"),
        ("seller_id: A1\n", "marketplaces: is missing"),
        ("seller_id: A 1\nmarketplaces: [DE]\n", "line 1, seller_id: 'A 1' is not a seller id"),
        ("seller_id: A1\nmarketplaces: []\n", "line 2, marketplaces: must name at least one"),
        ("seller_id: A1\nmarketplaces: DE\n", "line 2, marketplaces: must be a list"),
        (
            "seller_id: A1\nmarketplaces:\n  - DE\n  - XX\n",
            "line 4, marketplaces[1]: 'XX' is no Amazon marketplace; use US",
        ),
        ("seller_id: A1\nmarketplaces: [DE, FR, DE]\n", "line 2, marketplaces: DE is listed twice"),
        ("seller_id: A1\nmarketplaces: [UK, GB]\n", "line 2, marketplaces: GB is listed twice"),
        ("seller_id: &a A1\nmarketplaces: [*a]\n", "aliases (*) are not supported"),
        ("seller_id: !!python/name:x A\nmarketplaces: [DE]\n", "tags (!) are not supported"),
        ("", "must hold keys"),
        ("\0", "is not YAML"),
        ("a:\n  " + "[" * 1000, "line 2: is nested too deeply"),
        (f"seller_id: {'A ' * 99}\nmarketplaces: [DE]\n", "line 1, seller_id: '" + "A " * 30 + "…' is not a seller id"),
        (f"seller_id: A\nmarketplaces: [{'X' * 99}]\n", "line 2, marketplaces[0]: '" + "X" * 60 + "…' is no Amazon"),
    ],
)
def test_settings_fault_names_line_key_and_mend(tmp_path, text, said):
    """Whatever is wrong with seller.yaml is said in terms of seller.yaml."""
    message = fault(with_settings(tmp_path / "s", text))
    assert message.startswith(f"{tmp_path / 's' / 'seller.yaml'}: ")
    assert said in message


def test_settings_left_out_have_the_documented_defaults(tmp_path):
    """Only the first two keys are needed."""
    settings = load(with_settings(tmp_path / "s", HEAD)).settings
    requests = settings.requests
    assert (settings.language, settings.opt_outs, settings.own_addresses) == ("de", (), ())
    assert (requests.enabled, requests.delay_days, requests.send_hour, requests.daily_cap) == (True, 7, 10, None)


def test_words_that_yaml_would_misread_keep_their_meaning(tmp_path):
    """Norway is no "false", a SKU of digits keeps its zeros, `no` switches off."""
    text = HEAD + "requests: {enabled: no, exclude: {countries: [NO, uk], skus: [0123, 456]}}\n"
    requests = load(with_settings(tmp_path / "s", text)).settings.requests
    assert requests.enabled is False
    assert requests.exclude.countries == ("NO", "GB")
    assert requests.exclude.skus == ("0123", "456")


def test_settings_in_aws_say_whether_there_is_a_mailbox():
    """The same file with one key more, where no folder can show it."""
    assert read_settings(HEAD, EnrolledSeller).mailbox is False
    assert read_settings(HEAD + "mailbox: true\n", EnrolledSeller).mailbox is True


def test_two_folders_of_one_seller_are_a_fault(tmp_path):
    """Their facts would overwrite each other."""
    first, second = seller_folder(tmp_path / "a", {}), seller_folder(tmp_path / "b", {})
    with pytest.raises(BadInput, match=f"{second}.*A2EXAMPLE00001 is also the seller of {first}"):
        load_all([first, second])


def test_folders_of_several_sellers_are_loaded_in_their_order(tmp_path):
    """One run serves any number of sellers."""
    folders = load_all([seller_folder(tmp_path / name, {}, seller_id=name.upper()) for name in ("b2", "a1")])
    assert [folder.seller_id for folder in folders] == ["B2", "A1"]
