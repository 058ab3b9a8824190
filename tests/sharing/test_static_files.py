"""Static files get names of their content, inside our modules too."""

from sharing.web.storage import HashedStaticFiles


def test_an_import_between_our_modules_names_the_hashed_file(tmp_path):
    files = {
        "sharing/js/app.js": 'import { Busy } from "./busy.js"\nimport "../../messaging/live.js"\n',
        "sharing/js/busy.js": "export class Busy {}\n",
        "listings/map.js": 'const LAND = new URL("./land.json", import.meta.url).href\n',
        "listings/land.json": "{}",
        "messaging/live.js": "export const live = 1\n",
        "package/module.js": 'import { gone } from "./gone.js"\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")

    problems = [
        outcome
        for *_, outcome in storage.post_process({n: (storage, n) for n in files})
        if isinstance(outcome, Exception)
    ]

    assert problems == []
    served = (tmp_path / storage.stored_name("sharing/js/app.js")).read_text()
    busy, live = storage.stored_name("sharing/js/busy.js"), storage.stored_name("messaging/live.js")
    assert busy != "sharing/js/busy.js"
    assert f'from "./{busy.rsplit("/")[-1]}"' in served and f'import "../../{live}"' in served
    land = storage.stored_name("listings/land.json").rsplit("/")[-1]
    assert land != "land.json"
    assert f'new URL("./{land}", import' in (tmp_path / storage.stored_name("listings/map.js")).read_text()
    assert "./gone.js" in (tmp_path / storage.stored_name("package/module.js")).read_text()
