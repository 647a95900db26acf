from django.db import migrations

import record.pinyin


def fill(apps, schema_editor):
    """Give the institutions on record their sound; new ones get it when they are written."""
    Institution = apps.get_model("claims", "Institution")
    rows = list(Institution.objects.all())
    for row in rows:
        row.sound = record.pinyin.sound_of(row.name)[:800]
    Institution.objects.bulk_update(rows, ["sound"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="institution",
            name="sound",
            field=record.pinyin.PinyinField(
                blank=True,
                editable=False,
                max_length=800,
                of="name",
                verbose_name="sound of the name",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
