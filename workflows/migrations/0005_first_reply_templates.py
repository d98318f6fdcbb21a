"""A few reply templates to begin with; an administrator edits them from then on."""

from django.db import migrations

FIRST = [
    (
        "answer",
        "Kazi imefanyika",
        "The work is done",
        "Tumefika eneo la {place} na kukagua. [Eleza kilichofanyika.] Kazi imekamilika.",
        "We came to {place} and looked. [Say what was done.] The work is finished.",
    ),
    (
        "answer",
        "Kazi imepangwa",
        "The work is planned",
        "Tumekagua eneo la {place}. Kazi imepangwa kuanza [tarehe] na kukamilika [tarehe].",
        "We have looked at {place}. The work is planned to begin on [date] and to be finished by [date].",
    ),
    (
        "answer",
        "Tulikagua, tatizo halikuonekana",
        "We looked and found no fault",
        "Tulikagua eneo la {place} tarehe [tarehe] na hatukuona tatizo. Likionekana tena, tuambie mahali hasa.",
        "We looked at {place} on [date] and found no fault. If you see it again, tell us the exact spot.",
    ),
    (
        "answer",
        "Asante kwa maoni",
        "Thank you for your words",
        "Asante. Tumesoma maoni yako na kuyafikisha kwa [nani]. [Eleza kitakachofanyika.]",
        "Thank you. We have read your words and taken them to [whom]. [Say what will be done.]",
    ),
    (
        "question",
        "Mahali hasa ni wapi?",
        "Where exactly is it?",
        "Tafadhali taja mtaa na kitu kilicho karibu na mahali penyewe, ili fundi apafikie.",
        "Please name the street and something close to the spot, so that we can find it.",
    ),
    (
        "question",
        "Lilianza lini?",
        "Since when?",
        "Tafadhali tuambie tatizo lilianza lini na hutokea saa ngapi.",
        "Please tell us when the trouble began and at what hours it happens.",
    ),
    (
        "refusal",
        "Si kazi ya ofisi hii",
        "Not for this office",
        "Jambo hili linashughulikiwa na [taasisi], si ofisi hii. Nenda [mahali] na kitambulisho chako.",
        "This is dealt with by [institution], not by this office. Go to [place] with your identity card.",
    ),
    (
        "refusal",
        "Liko mahakamani",
        "It is before a court",
        "Jambo hili liko mahakamani, hivyo ofisi hii haiwezi kuliamua. Fuatilia katika mahakama ya [jina].",
        "This is before a court, so this office cannot decide it. Follow it up at the court of [name].",
    ),
]


def write_them(apps, schema_editor):
    """Write them, where there are none yet."""
    template = apps.get_model("workflows", "ReplyTemplate")
    if template.objects.exists():
        return
    names = ("use", "name_sw", "name_en", "text_sw", "text_en")
    template.objects.bulk_create([template(**dict(zip(names, row, strict=True))) for row in FIRST])


class Migration(migrations.Migration):
    """Begin with a few reply templates."""

    dependencies = [("workflows", "0004_reply_templates")]

    operations = [migrations.RunPython(write_them, migrations.RunPython.noop)]
