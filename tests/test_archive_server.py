"""PostgreSQL."""
from archive.config import Config
from archive.opening import open_to_write, open_to_read
from tests.specimens import NOON, SOURCE, decision, later, page
from archive import database

def test_first(database_url, tmp_path):
    config = Config(home=tmp_path, database_url=database_url)
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    with open_to_read(config) as archive:
        assert archive.find("24001234").decision == decision()
    eng=database.migration_engine(config.database_url)
    for r in ("0004","0003","0002","0001","head","base"):
        database.migrate(eng, r)
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        pass
