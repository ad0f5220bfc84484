-- Made by scripts/schema_fixture.py from the release of this schema. Never change it.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE archive_meta (
	"key" VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_archive_meta PRIMARY KEY ("key")
);
INSERT INTO "archive_meta" VALUES('archive_id','00000000-0000-4000-8000-00000000000a');
INSERT INTO "archive_meta" VALUES('epoch','00000000-0000-4000-8000-00000000000e');
INSERT INTO "archive_meta" VALUES('body_rules','1');
CREATE TABLE "body" (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	type VARCHAR(32), 
	name_by VARCHAR(8), 
	type_by VARCHAR(8), 
	council_code VARCHAR(16), 
	council_code_by VARCHAR(8), 
	gss_code VARCHAR(16), 
	gss_code_by VARCHAR(8), 
	started_on DATE, 
	started_on_by VARCHAR(8), 
	ended_on DATE, 
	ended_on_by VARCHAR(8), 
	successor_id INTEGER, 
	successor_id_by VARCHAR(8), 
	CONSTRAINT pk_body PRIMARY KEY (id), 
	CONSTRAINT uq_body_name UNIQUE (name), 
	CONSTRAINT fk_body_successor_id FOREIGN KEY(successor_id) REFERENCES body (id)
);
INSERT INTO "body" VALUES(1,'Northmoor District Council','district','rule','rule',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE body_name (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	body_id INTEGER NOT NULL, 
	said_by VARCHAR(8) NOT NULL, 
	"before" TEXT, 
	CONSTRAINT pk_body_name PRIMARY KEY (id), 
	CONSTRAINT ck_body_name_said_by CHECK (said_by IN ('rule', 'table', 'import', 'person')), 
	CONSTRAINT fk_body_name_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_body_name_name UNIQUE (name)
);
INSERT INTO "body_name" VALUES(1,'Northmoor District Council','northmoor district council',1,'rule',NULL);
CREATE TABLE boilerplate (
	paragraph_id INTEGER NOT NULL, 
	cluster VARCHAR(16) NOT NULL, 
	share FLOAT NOT NULL, 
	computed_at DATETIME NOT NULL, 
	CONSTRAINT pk_boilerplate PRIMARY KEY (paragraph_id), 
	CONSTRAINT fk_boilerplate_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraph (id) ON DELETE CASCADE
);
INSERT INTO "boilerplate" VALUES(15,'invented',0.5,'2026-03-02 12:00:00.000000');
CREATE TABLE change (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	decision_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	at DATETIME NOT NULL, 
	revision_id INTEGER, 
	CONSTRAINT ck_change_kind CHECK (kind IN ('added', 'amended', 'withdrawn', 'expired', 'restored', 'erased', 'derived')), 
	CONSTRAINT fk_change_revision_id FOREIGN KEY(revision_id) REFERENCES revision (id) ON DELETE SET NULL
);
INSERT INTO "change" VALUES(1,1,'added','2026-03-02 12:00:00.000000',1);
INSERT INTO "change" VALUES(2,2,'added','2026-03-02 12:00:00.000000',2);
INSERT INTO "change" VALUES(3,3,'added','2026-03-02 12:00:00.000000',3);
CREATE TABLE citation (
	id INTEGER NOT NULL, 
	paragraph_id INTEGER NOT NULL, 
	char_start INTEGER NOT NULL, 
	char_end INTEGER NOT NULL, 
	act TEXT, 
	year INTEGER, 
	provision TEXT, 
	raw TEXT NOT NULL, 
	url TEXT, kind VARCHAR(16) DEFAULT 'statute' NOT NULL, 
	CONSTRAINT pk_citation PRIMARY KEY (id), 
	CONSTRAINT fk_citation_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraph (id) ON DELETE CASCADE
);
INSERT INTO "citation" VALUES(1,2,34,50,'Housing Act',1996,NULL,'Housing Act 1996',NULL,'statute');
INSERT INTO "citation" VALUES(2,5,37,43,NULL,NULL,NULL,'SEND Tribunal',NULL,'tribunal');
INSERT INTO "citation" VALUES(3,7,34,50,'Housing Act',1996,NULL,'Housing Act 1996',NULL,'statute');
INSERT INTO "citation" VALUES(4,10,37,43,NULL,NULL,NULL,'SEND Tribunal',NULL,'tribunal');
INSERT INTO "citation" VALUES(5,12,34,50,'Housing Act',1996,NULL,'Housing Act 1996',NULL,'statute');
INSERT INTO "citation" VALUES(6,15,37,43,NULL,NULL,NULL,'SEND Tribunal',NULL,'tribunal');
CREATE TABLE crawl (
	id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	first_day DATE, 
	last_day DATE, 
	body TEXT NOT NULL, 
	requests INTEGER NOT NULL, 
	received_bytes INTEGER NOT NULL, 
	listed INTEGER NOT NULL, 
	added INTEGER NOT NULL, 
	amended INTEGER NOT NULL, 
	failed INTEGER NOT NULL, 
	exit_code INTEGER, 
	note TEXT NOT NULL, 
	CONSTRAINT pk_crawl PRIMARY KEY (id), 
	CONSTRAINT fk_crawl_source_id FOREIGN KEY(source_id) REFERENCES source (id)
);
INSERT INTO "crawl" VALUES(1,1,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000','2026-03-02','2026-03-02','invented',1,1,1,1,1,1,1,'invented');
CREATE TABLE cross_reference (
	id INTEGER NOT NULL, 
	paragraph_id INTEGER NOT NULL, 
	char_start INTEGER NOT NULL, 
	char_end INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	target_id INTEGER, 
	raw TEXT NOT NULL, 
	CONSTRAINT pk_cross_reference PRIMARY KEY (id), 
	CONSTRAINT fk_cross_reference_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraph (id) ON DELETE CASCADE, 
	CONSTRAINT fk_cross_reference_target_id FOREIGN KEY(target_id) REFERENCES paragraph (id) ON DELETE CASCADE
);
INSERT INTO "cross_reference" VALUES(1,4,0,11,3,5,'paragraph 3');
INSERT INTO "cross_reference" VALUES(2,4,0,11,9,NULL,'paragraph 3');
INSERT INTO "cross_reference" VALUES(3,9,0,11,3,10,'paragraph 3');
INSERT INTO "cross_reference" VALUES(4,9,0,11,9,NULL,'paragraph 3');
INSERT INTO "cross_reference" VALUES(5,14,0,11,3,15,'paragraph 3');
INSERT INTO "cross_reference" VALUES(6,14,0,11,9,NULL,'paragraph 3');
CREATE TABLE data_dictionary (
	table_name VARCHAR(64) NOT NULL, 
	column_name VARCHAR(64) NOT NULL, 
	meaning TEXT NOT NULL, 
	unit TEXT NOT NULL, 
	example TEXT NOT NULL, 
	derived BOOLEAN NOT NULL, 
	CONSTRAINT pk_data_dictionary PRIMARY KEY (table_name, column_name)
);
INSERT INTO "data_dictionary" VALUES('archive_meta','key','Name of the value','','archive_id',0);
INSERT INTO "data_dictionary" VALUES('archive_meta','value','The value','','',0);
INSERT INTO "data_dictionary" VALUES('body','id','Number of the council or provider','','',0);
INSERT INTO "data_dictionary" VALUES('body','name','Its one name, for all spellings; always one of body_name.name','','Hampshire County Council',1);
INSERT INTO "data_dictionary" VALUES('body','name_by','Who says the name; rule: a spelling of the titles: rule, table, import or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('body','type','Type of authority or provider: district, county, unitary, london_borough, metropolitan, combined_authority, nhs, care_provider, school, other; empty: cannot be told','','county',1);
INSERT INTO "data_dictionary" VALUES('body','type_by','Who says the type: rule, table, import or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('body','council_code','Code of the council in a table that was imported','','HAM',1);
INSERT INTO "data_dictionary" VALUES('body','council_code_by','Who says the code: rule, table, import or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('body','gss_code','Code of the council''s area, of the Office for National Statistics','','E10000014',1);
INSERT INTO "data_dictionary" VALUES('body','gss_code_by','Who says the GSS code: rule, table, import or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('body','started_on','First day of the council','ISO date','2023-04-01',1);
INSERT INTO "data_dictionary" VALUES('body','started_on_by','Who says the first day: rule, table, import or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('body','ended_on','Last day of the council','ISO date','2023-03-31',1);
INSERT INTO "data_dictionary" VALUES('body','ended_on_by','Who says the last day: rule, table, import or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('body','successor_id','The council that took over','','',1);
INSERT INTO "data_dictionary" VALUES('body','successor_id_by','Who says the successor: rule, table, import or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('data_dictionary','table_name','Table or view','','',0);
INSERT INTO "data_dictionary" VALUES('data_dictionary','column_name','Column','','',0);
INSERT INTO "data_dictionary" VALUES('data_dictionary','meaning','What it holds','','',0);
INSERT INTO "data_dictionary" VALUES('data_dictionary','unit','Unit or form; empty: none','','',0);
INSERT INTO "data_dictionary" VALUES('data_dictionary','example','A value as it may stand there','','',0);
INSERT INTO "data_dictionary" VALUES('data_dictionary','derived','True: worked out by us; false: the publisher''s or bookkeeping','','',0);
INSERT INTO "data_dictionary" VALUES('page','id','Number of the capture','','',0);
INSERT INTO "data_dictionary" VALUES('page','url','Address that was asked for','','',0);
INSERT INTO "data_dictionary" VALUES('page','final_url','Address that answered, after redirects','','',0);
INSERT INTO "data_dictionary" VALUES('page','fetched_at','When it was fetched','UTC','',0);
INSERT INTO "data_dictionary" VALUES('page','status','HTTP status','','200',0);
INSERT INTO "data_dictionary" VALUES('page','headers','Response headers, a JSON list of pairs','','',0);
INSERT INTO "data_dictionary" VALUES('page','body_zstd','The bytes of the page, compressed with Zstandard; empty when body_page_id says where the same bytes are','bytes','',0);
INSERT INTO "data_dictionary" VALUES('page','body_page_id','An earlier capture that holds the very same bytes','','',0);
INSERT INTO "data_dictionary" VALUES('page','sha256','SHA-256 of the uncompressed bytes','','',0);
INSERT INTO "data_dictionary" VALUES('page','refused','Why this capture was not taken as a decision; empty: it was','','captcha',1);
INSERT INTO "data_dictionary" VALUES('source','id','Number of the source','','',0);
INSERT INTO "data_dictionary" VALUES('source','key','Short name of the ombudsman','','lgsco',0);
INSERT INTO "data_dictionary" VALUES('source','name','Full name of the ombudsman','','',0);
INSERT INTO "data_dictionary" VALUES('source','base_url','The one site this archive takes this source''s pages from','','',0);
INSERT INTO "data_dictionary" VALUES('source','licence','The publisher''s terms of re-use, in short','','',0);
INSERT INTO "data_dictionary" VALUES('source','attribution','The acknowledgement every copy must carry','','',0);
INSERT INTO "data_dictionary" VALUES('source','retention','How long the publisher keeps texts online','','statement 5 years',0);
INSERT INTO "data_dictionary" VALUES('source','enumeration','How the source is listed','','date_windows',0);
INSERT INTO "data_dictionary" VALUES('body_name','id','Number of the spelling','','',0);
INSERT INTO "data_dictionary" VALUES('body_name','name','A spelling of a name, verbatim','','Hampshire County Council',0);
INSERT INTO "data_dictionary" VALUES('body_name','key','The spelling without case, punctuation and the like; equal where only these differ','','hampshire county council',1);
INSERT INTO "data_dictionary" VALUES('body_name','body_id','The council or provider of this name','','',1);
INSERT INTO "data_dictionary" VALUES('body_name','said_by','Who says so: rule, table (ours), import (a file) or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('body_name','before','What was known of its own body before a person merged that into this one, JSON','','',1);
INSERT INTO "data_dictionary" VALUES('crawl','id','Number of the run','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','source_id','The ombudsman','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','started_at','When it began','UTC','',0);
INSERT INTO "data_dictionary" VALUES('crawl','finished_at','When it ended; empty: still running, or killed','UTC','',0);
INSERT INTO "data_dictionary" VALUES('crawl','first_day','First decision date asked for','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','last_day','Last decision date asked for','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','body','The council it was limited to; empty: all','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','requests','Requests sent','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','received_bytes','Bytes received','bytes','',0);
INSERT INTO "data_dictionary" VALUES('crawl','listed','Entries seen in the listing','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','added','Decisions added','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','amended','Decisions whose text had changed','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','failed','Entries that could not be archived in this run','','',0);
INSERT INTO "data_dictionary" VALUES('crawl','exit_code','How it ended','','0',0);
INSERT INTO "data_dictionary" VALUES('crawl','note','Why it ended early, if it did','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','id','Number of the window','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','source_id','The ombudsman','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','body','The council it was limited to; empty: all','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','first_day','First decision date of the window','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','last_day','Last decision date of the window, inclusive','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','stated','Decisions the site says it has there','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','found','Different entries found when it was listed in full','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','opened_at','When it was last asked for','UTC','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','proven_at','When a full listing last gave exactly the stated count','UTC','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','state','open: being listed; proven: complete when last listed; unproven: counts differ or are missing; disputed: they differ every time; split: see its parts','','',0);
INSERT INTO "data_dictionary" VALUES('listing_window','mismatches','Full listings in a row that did not add up','','',0);
INSERT INTO "data_dictionary" VALUES('decision','id','Number of the decision in this archive; never used again','','',0);
INSERT INTO "data_dictionary" VALUES('decision','source_id','The ombudsman','','',0);
INSERT INTO "data_dictionary" VALUES('decision','reference','Reference as printed, letters in lower case','','20 011 198',0);
INSERT INTO "data_dictionary" VALUES('decision','reference_key','Reference without blanks and signs, for finding it','','20011198',1);
INSERT INTO "data_dictionary" VALUES('decision','url','Address of the page on the publisher''s site','','',0);
INSERT INTO "data_dictionary" VALUES('decision','title','Title of the page','','Hampshire County Council (20 011 198)',0);
INSERT INTO "data_dictionary" VALUES('decision','body_id','The council or provider, one number for all spellings (see body_name)','','',1);
INSERT INTO "data_dictionary" VALUES('decision','body_name','Name of the council or provider as in this title','','',0);
INSERT INTO "data_dictionary" VALUES('decision','category','Category as on the page','','Children''s care services',0);
INSERT INTO "data_dictionary" VALUES('decision','subcategory','Sub-category as on the page','','Other',0);
INSERT INTO "data_dictionary" VALUES('decision','category_raw','The category line as it stands','','Children''s care services > Other',0);
INSERT INTO "data_dictionary" VALUES('decision','kind','statement or report','','statement',1);
INSERT INTO "data_dictionary" VALUES('decision','outcome','Outcome for this body: upheld, not_upheld, closed, unknown','','closed',1);
INSERT INTO "data_dictionary" VALUES('decision','outcome_raw','Outcome in the page''s words','','Closed after initial enquiries',0);
INSERT INTO "data_dictionary" VALUES('decision','decided_on','Date of the decision','ISO date','2021-03-11',1);
INSERT INTO "data_dictionary" VALUES('decision','decided_on_raw','Date of the decision as printed','','11 Mar 2021',0);
INSERT INTO "data_dictionary" VALUES('decision','summary','The summary, verbatim','','',0);
INSERT INTO "data_dictionary" VALUES('decision','satisfied_on','When the Ombudsman was satisfied with the response to a report','ISO date','2017-09-12',1);
INSERT INTO "data_dictionary" VALUES('decision','satisfied_on_raw','The compliance line, verbatim','','',0);
INSERT INTO "data_dictionary" VALUES('decision','status','live: on the publisher''s site; expired: left after its five years; withdrawn: left before that','','live',1);
INSERT INTO "data_dictionary" VALUES('decision','status_since','When we found that it had left the site','UTC','',0);
INSERT INTO "data_dictionary" VALUES('decision','first_seen_at','When we first fetched it','UTC','',0);
INSERT INTO "data_dictionary" VALUES('decision','last_seen_at','When we last fetched it','UTC','',0);
INSERT INTO "data_dictionary" VALUES('decision','first_crawl_id','The run that first fetched it','','',0);
INSERT INTO "data_dictionary" VALUES('decision','lag_days','Days from the decision to its first appearance in the listing; empty when nobody was watching that date then, as in the first fill','days','',1);
INSERT INTO "data_dictionary" VALUES('decision','content_sha256','Hash of header and text as read by the parser','','',1);
INSERT INTO "data_dictionary" VALUES('decision','text_sha256','Hash of the page''s content text, whatever the parser','','',1);
INSERT INTO "data_dictionary" VALUES('decision','reading_sha256','Hash of everything the parser read, derived parts included','','',1);
INSERT INTO "data_dictionary" VALUES('decision','shared_sha256','Hash of a report''s text without its compliance line: equal where one report stands under several references; empty for statements','','',1);
INSERT INTO "data_dictionary" VALUES('decision','parser_version','Version of the parser that read it','','',0);
INSERT INTO "data_dictionary" VALUES('decision','warnings','What the parser found odd, a JSON list of sentences','','[]',1);
INSERT INTO "data_dictionary" VALUES('decision_link','decision_id','A decision','','',0);
INSERT INTO "data_dictionary" VALUES('decision_link','other_id','The other decision','','',0);
INSERT INTO "data_dictionary" VALUES('decision_link','kind','How they belong together','','same_report',1);
INSERT INTO "data_dictionary" VALUES('decision_url','decision_id','The decision','','',0);
INSERT INTO "data_dictionary" VALUES('decision_url','url','An address it was found at','','',0);
INSERT INTO "data_dictionary" VALUES('decision_url','first_seen_at','When first found there','UTC','',0);
INSERT INTO "data_dictionary" VALUES('finding','id','Number of the finding','','',0);
INSERT INTO "data_dictionary" VALUES('finding','decision_id','The decision','','',0);
INSERT INTO "data_dictionary" VALUES('finding','position','Order within the decision, from 1','','',0);
INSERT INTO "data_dictionary" VALUES('finding','subject','What the finding is about; empty: all of it','','',0);
INSERT INTO "data_dictionary" VALUES('finding','outcome','Outcome of this finding','','',1);
INSERT INTO "data_dictionary" VALUES('finding','outcome_raw','Outcome in the page''s words','','',0);
INSERT INTO "data_dictionary" VALUES('listed','id','Number of the entry','','',0);
INSERT INTO "data_dictionary" VALUES('listed','source_id','The ombudsman','','',0);
INSERT INTO "data_dictionary" VALUES('listed','reference','Reference by its address or title','','',0);
INSERT INTO "data_dictionary" VALUES('listed','reference_key','Reference without blanks and signs','','',1);
INSERT INTO "data_dictionary" VALUES('listed','url','Address the listing gives, in its one canonical form','','',0);
INSERT INTO "data_dictionary" VALUES('listed','title','Title in the listing','','',0);
INSERT INTO "data_dictionary" VALUES('listed','kind','statement or report, as listed','','',0);
INSERT INTO "data_dictionary" VALUES('listed','outcome_raw','Outcome as listed','','',0);
INSERT INTO "data_dictionary" VALUES('listed','subcategory','Sub-category as listed','','',0);
INSERT INTO "data_dictionary" VALUES('listed','decided_on','Date of the decision as listed','','',1);
INSERT INTO "data_dictionary" VALUES('listed','decided_on_raw','Date of the decision as printed there','','06-Jan-2026',0);
INSERT INTO "data_dictionary" VALUES('listed','summary','Summary in the listing','','',0);
INSERT INTO "data_dictionary" VALUES('listed','first_listed_at','When we first saw it listed','UTC','',0);
INSERT INTO "data_dictionary" VALUES('listed','lag_days','Days from the decision to its first appearance here; empty when nobody was watching','days','',1);
INSERT INTO "data_dictionary" VALUES('listed','last_listed_at','When we last saw it listed','UTC','',0);
INSERT INTO "data_dictionary" VALUES('listed','state','wanted: not fetched yet; held: archived; failed: tried in vain; unavailable: listed, but its page is missing; gone: no longer listed','','',1);
INSERT INTO "data_dictionary" VALUES('listed','attempts','Fetches without success since it was last archived','','',0);
INSERT INTO "data_dictionary" VALUES('listed','misses','Runs in a row in which it was neither listed nor there','','',0);
INSERT INTO "data_dictionary" VALUES('listed','missing_runs','Runs in a row in which it was listed, but its page answered 404 or 410','','',0);
INSERT INTO "data_dictionary" VALUES('listed','last_error','Why the last attempt failed','','',0);
INSERT INTO "data_dictionary" VALUES('listed','last_attempt_at','When last tried','UTC','',0);
INSERT INTO "data_dictionary" VALUES('listed','decision_id','The decision archived from it','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','id','Number of the correction; never used again','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','decision_id','The decision','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','correction','changed: the remedy reads otherwise; removed: it is none; added: the parser missed it','','changed',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','fits','False: its words are not in the current text any more','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','revision','Version of the published text it was made on','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','text_sha256','Hash of the page''s content text it was made on','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','paragraph_sha256','Hash of the paragraph''s text, white space folded','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','paragraph_number','Number of that paragraph as printed','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','paragraph_ordinal','Our count of that paragraph in the reading it was made on','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','section_position','Order of its section in the reading it was made on','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','char_start','First code point in that paragraph','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','char_end','Code point after the last','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','occurrence','Which of the places where these words stand in the decision, from 1','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','occurrences','At how many places they stand','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','raw','The words of the text','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','kind','What was agreed, as the person says; of a removed one: as it was read','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','amount_pence','Amount, likewise','pence','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','rate_pence','Amount of each period, likewise','pence','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','rate_period','Period of the rate, likewise','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','share_percent','Share of a cost, likewise','percent','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','payee','Who receives it, likewise','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','is_total','A total of other rows, likewise','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','deadline','Time allowed, likewise','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','per_person','Each of several payees gets it, likewise','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','machine_then','What the parser read there when it was made, a JSON list','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','machine_now','What the parser reads there in the current reading, a JSON list','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','beside','Other readings of the parser on the same words, which stay, a JSON list','','',1);
INSERT INTO "data_dictionary" VALUES('remedy_correction','made_by','Who made it, if said','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','note','Why, if said','','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','made_at','When it was made','UTC','',0);
INSERT INTO "data_dictionary" VALUES('remedy_correction','undone_at','When it was taken back or replaced; empty: it stands','UTC','',0);
INSERT INTO "data_dictionary" VALUES('revision','id','Number of the row','','',0);
INSERT INTO "data_dictionary" VALUES('revision','decision_id','The decision','','',0);
INSERT INTO "data_dictionary" VALUES('revision','number','Version of the published text, from 1','','',0);
INSERT INTO "data_dictionary" VALUES('revision','content_sha256','Hash of header and text','','',1);
INSERT INTO "data_dictionary" VALUES('revision','text_sha256','Hash of the page''s content text','','',1);
INSERT INTO "data_dictionary" VALUES('revision','parser_version','Version of the parser that read it','','',0);
INSERT INTO "data_dictionary" VALUES('revision','created_at','When we first fetched this version','UTC','',0);
INSERT INTO "data_dictionary" VALUES('section','id','Number of the section; a new reading may give a new one','','',0);
INSERT INTO "data_dictionary" VALUES('section','decision_id','The decision','','',0);
INSERT INTO "data_dictionary" VALUES('section','position','Order within the decision, from 1','','',0);
INSERT INTO "data_dictionary" VALUES('section','kind','What the section is for','','findings',1);
INSERT INTO "data_dictionary" VALUES('section','heading','Heading, verbatim','','What I found',0);
INSERT INTO "data_dictionary" VALUES('section','parent_id','The section this one is a part of','','',1);
INSERT INTO "data_dictionary" VALUES('change','id','Number of the change, rising in time, never used again; gaps are normal','','',0);
INSERT INTO "data_dictionary" VALUES('change','decision_id','The decision','','',0);
INSERT INTO "data_dictionary" VALUES('change','kind','added, amended, withdrawn, expired, restored, erased, or derived (our reading changed, not the text)','','added',0);
INSERT INTO "data_dictionary" VALUES('change','at','When we found it','UTC','',0);
INSERT INTO "data_dictionary" VALUES('change','revision_id','The version that is current after it','','',0);
INSERT INTO "data_dictionary" VALUES('paragraph','id','Number of the paragraph; a new reading may give a new one','','',0);
INSERT INTO "data_dictionary" VALUES('paragraph','section_id','The section','','',0);
INSERT INTO "data_dictionary" VALUES('paragraph','ordinal','Our count through the whole decision, from 1','','',1);
INSERT INTO "data_dictionary" VALUES('paragraph','number','Paragraph number as printed','','',0);
INSERT INTO "data_dictionary" VALUES('paragraph','label','Mark of a list item as printed','','a',0);
INSERT INTO "data_dictionary" VALUES('paragraph','level','0 for text, 1 for an item of a list, 2 within it','','',1);
INSERT INTO "data_dictionary" VALUES('paragraph','text','The text, verbatim, white space folded','','',0);
INSERT INTO "data_dictionary" VALUES('revision_page','revision_id','The version','','',0);
INSERT INTO "data_dictionary" VALUES('revision_page','position','Order of the pages of one version, from 1','','',0);
INSERT INTO "data_dictionary" VALUES('revision_page','page_id','The capture','','',0);
INSERT INTO "data_dictionary" VALUES('boilerplate','paragraph_id','A paragraph that stands nearly word for word in many decisions','','',1);
INSERT INTO "data_dictionary" VALUES('boilerplate','cluster','The same for all paragraphs of that wording; named after its commonest form','','0f3b6c1d2e4a5b69',1);
INSERT INTO "data_dictionary" VALUES('boilerplate','share','Part of all decisions with that wording, from 0 to 1','','0.72',1);
INSERT INTO "data_dictionary" VALUES('boilerplate','computed_at','When this was found, or the share last changed','UTC','',1);
INSERT INTO "data_dictionary" VALUES('citation','id','Number of the citation','','',0);
INSERT INTO "data_dictionary" VALUES('citation','paragraph_id','The paragraph it stands in','','',0);
INSERT INTO "data_dictionary" VALUES('citation','char_start','First code point in paragraph.text','','',1);
INSERT INTO "data_dictionary" VALUES('citation','char_end','Code point after the last','','',1);
INSERT INTO "data_dictionary" VALUES('citation','act','Act as we read it','','Local Government Act',1);
INSERT INTO "data_dictionary" VALUES('citation','year','Year of the Act, if printed','','1974',1);
INSERT INTO "data_dictionary" VALUES('citation','provision','Section, schedule or paragraph','','section 24A(6)',1);
INSERT INTO "data_dictionary" VALUES('citation','raw','The words of the text; for what is no statute, its title or name','','',0);
INSERT INTO "data_dictionary" VALUES('citation','url','Address of the Act','','',1);
INSERT INTO "data_dictionary" VALUES('citation','kind','statute, guidance, tribunal or case; only a statute has act, year, provision and url','','statute',1);
INSERT INTO "data_dictionary" VALUES('cross_reference','id','Number of the cross-reference','','',0);
INSERT INTO "data_dictionary" VALUES('cross_reference','paragraph_id','The paragraph that points','','',0);
INSERT INTO "data_dictionary" VALUES('cross_reference','char_start','First code point in paragraph.text','','',1);
INSERT INTO "data_dictionary" VALUES('cross_reference','char_end','Code point after the last','','',1);
INSERT INTO "data_dictionary" VALUES('cross_reference','number','Printed number pointed to; a range gives a row for each','','9',1);
INSERT INTO "data_dictionary" VALUES('cross_reference','target_id','The paragraph with that number; empty where none has it, or more than one could be meant','','',1);
INSERT INTO "data_dictionary" VALUES('cross_reference','raw','The words of the text','','paragraphs 9 and 10',0);
INSERT INTO "data_dictionary" VALUES('remedy','id','Number of the remedy','','',0);
INSERT INTO "data_dictionary" VALUES('remedy','paragraph_id','The paragraph it stands in','','',0);
INSERT INTO "data_dictionary" VALUES('remedy','char_start','First code point in paragraph.text','','',1);
INSERT INTO "data_dictionary" VALUES('remedy','char_end','Code point after the last','','',1);
INSERT INTO "data_dictionary" VALUES('remedy','kind','What was agreed or recommended','','payment',1);
INSERT INTO "data_dictionary" VALUES('remedy','amount_pence','Amount','pence','25000',1);
INSERT INTO "data_dictionary" VALUES('remedy','rate_pence','Amount of each period','pence','',1);
INSERT INTO "data_dictionary" VALUES('remedy','rate_period','Period of the rate; time: for each occurrence','','week',1);
INSERT INTO "data_dictionary" VALUES('remedy','share_percent','Share of a cost','percent','',1);
INSERT INTO "data_dictionary" VALUES('remedy','payee','Who receives it','','',1);
INSERT INTO "data_dictionary" VALUES('remedy','is_total','A total of other rows: never add it to them','','',1);
INSERT INTO "data_dictionary" VALUES('remedy','deadline','Time allowed: an ISO 8601 duration (P1M), an ISO day, or, where ISO has no word, ''20 working days'', ''20 school days''','','P1M',1);
INSERT INTO "data_dictionary" VALUES('remedy','raw','The words of the text','','',0);
INSERT INTO "data_dictionary" VALUES('remedy','rule','The rule that found it; person: somebody corrected it','','',1);
INSERT INTO "data_dictionary" VALUES('remedy','per_person','Each of several payees gets it, so what is paid in all is more','','',1);
INSERT INTO "data_dictionary" VALUES('remedy','correction_id','The correction by a person that this row comes from; empty: read by the parser','','',1);
INSERT INTO "data_dictionary" VALUES('v_decision','id','Number of the decision in this archive; never used again','','',0);
INSERT INTO "data_dictionary" VALUES('v_decision','source','Short name of the ombudsman','','lgsco',0);
INSERT INTO "data_dictionary" VALUES('v_decision','reference','Reference as printed, letters in lower case','','20 011 198',0);
INSERT INTO "data_dictionary" VALUES('v_decision','title','Title of the page','','Hampshire County Council (20 011 198)',0);
INSERT INTO "data_dictionary" VALUES('v_decision','body','Its one name, for all spellings; always one of body_name.name','','Hampshire County Council',1);
INSERT INTO "data_dictionary" VALUES('v_decision','body_type','Type of authority or provider: district, county, unitary, london_borough, metropolitan, combined_authority, nhs, care_provider, school, other; empty: cannot be told','','county',1);
INSERT INTO "data_dictionary" VALUES('v_decision','body_name','Name of the council or provider as in this title','','',0);
INSERT INTO "data_dictionary" VALUES('v_decision','category','Category as on the page','','Children''s care services',0);
INSERT INTO "data_dictionary" VALUES('v_decision','subcategory','Sub-category as on the page','','Other',0);
INSERT INTO "data_dictionary" VALUES('v_decision','kind','statement or report','','statement',1);
INSERT INTO "data_dictionary" VALUES('v_decision','outcome','Outcome for this body: upheld, not_upheld, closed, unknown','','closed',1);
INSERT INTO "data_dictionary" VALUES('v_decision','outcome_raw','Outcome in the page''s words','','Closed after initial enquiries',0);
INSERT INTO "data_dictionary" VALUES('v_decision','decided_on','Date of the decision','ISO date','2021-03-11',1);
INSERT INTO "data_dictionary" VALUES('v_decision','summary','The summary, verbatim','','',0);
INSERT INTO "data_dictionary" VALUES('v_decision','satisfied_on','When the Ombudsman was satisfied with the response to a report','ISO date','2017-09-12',1);
INSERT INTO "data_dictionary" VALUES('v_decision','status','live: on the publisher''s site; expired: left after its five years; withdrawn: left before that','','live',1);
INSERT INTO "data_dictionary" VALUES('v_decision','status_since','When we found that it had left the site','UTC','',0);
INSERT INTO "data_dictionary" VALUES('v_decision','first_seen_at','When we first fetched it','UTC','',0);
INSERT INTO "data_dictionary" VALUES('v_decision','last_seen_at','When we last fetched it','UTC','',0);
INSERT INTO "data_dictionary" VALUES('v_decision','revision','Version of the published text that is current, from 1','','1',0);
INSERT INTO "data_dictionary" VALUES('v_decision','url','Address of the page on the publisher''s site','','',0);
INSERT INTO "data_dictionary" VALUES('v_decision','attribution','The acknowledgement every copy must carry','','',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','id','Number of the paragraph; a new reading may give a new one','','',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','decision_id','Number of the decision in this archive; never used again','','',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','source','Short name of the ombudsman','','lgsco',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','reference','Reference as printed, letters in lower case','','20 011 198',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','body','Its one name, for all spellings; always one of body_name.name','','Hampshire County Council',1);
INSERT INTO "data_dictionary" VALUES('v_paragraph','body_name','Name of the council or provider as in this title','','',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','decided_on','Date of the decision','ISO date','2021-03-11',1);
INSERT INTO "data_dictionary" VALUES('v_paragraph','outcome','Outcome for this body: upheld, not_upheld, closed, unknown','','closed',1);
INSERT INTO "data_dictionary" VALUES('v_paragraph','status','live: on the publisher''s site; expired: left after its five years; withdrawn: left before that','','live',1);
INSERT INTO "data_dictionary" VALUES('v_paragraph','section_position','Order within the decision, from 1','','',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','section_kind','What the section is for','','findings',1);
INSERT INTO "data_dictionary" VALUES('v_paragraph','heading','Heading, verbatim','','What I found',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','ordinal','Our count through the whole decision, from 1','','',1);
INSERT INTO "data_dictionary" VALUES('v_paragraph','number','Paragraph number as printed','','',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','label','Mark of a list item as printed','','a',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','level','0 for text, 1 for an item of a list, 2 within it','','',1);
INSERT INTO "data_dictionary" VALUES('v_paragraph','text','The text, verbatim, white space folded','','',0);
INSERT INTO "data_dictionary" VALUES('v_paragraph','paragraph_key','Permanent name: reference, version, printed number (p) or ordinal (o)','','20-011-198@1#p7',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','id','Number of the remedy','','',0);
INSERT INTO "data_dictionary" VALUES('v_remedy','decision_id','Number of the decision in this archive; never used again','','',0);
INSERT INTO "data_dictionary" VALUES('v_remedy','source','Short name of the ombudsman','','lgsco',0);
INSERT INTO "data_dictionary" VALUES('v_remedy','reference','Reference as printed, letters in lower case','','20 011 198',0);
INSERT INTO "data_dictionary" VALUES('v_remedy','body','Its one name, for all spellings; always one of body_name.name','','Hampshire County Council',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','decided_on','Date of the decision','ISO date','2021-03-11',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','outcome','Outcome for this body: upheld, not_upheld, closed, unknown','','closed',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','status','live: on the publisher''s site; expired: left after its five years; withdrawn: left before that','','live',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','kind','What was agreed or recommended','','payment',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','amount_pence','Amount','pence','25000',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','rate_pence','Amount of each period','pence','',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','rate_period','Period of the rate; time: for each occurrence','','week',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','share_percent','Share of a cost','percent','',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','payee','Who receives it','','',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','is_total','A total of other rows: never add it to them','','',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','per_person','Each of several payees gets it, so what is paid in all is more','','',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','deadline','Time allowed: an ISO 8601 duration (P1M), an ISO day, or, where ISO has no word, ''20 working days'', ''20 school days''','','P1M',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','raw','The words of the text','','',0);
INSERT INTO "data_dictionary" VALUES('v_remedy','rule','The rule that found it; person: somebody corrected it','','',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','corrected','1: a person says so; 0: read by the parser','','0',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','correction_id','The correction by a person that this row comes from; empty: read by the parser','','',1);
INSERT INTO "data_dictionary" VALUES('v_remedy','made_by','Who made it, if said','','',0);
INSERT INTO "data_dictionary" VALUES('v_remedy','made_at','When it was made','UTC','',0);
INSERT INTO "data_dictionary" VALUES('v_remedy','note','Why, if said','','',0);
INSERT INTO "data_dictionary" VALUES('v_remedy','paragraph_key','Permanent name: reference, version, printed number (p) or ordinal (o)','','20-011-198@1#p7',1);
INSERT INTO "data_dictionary" VALUES('v_body','id','Number of the council or provider','','',0);
INSERT INTO "data_dictionary" VALUES('v_body','name','Its one name, for all spellings; always one of body_name.name','','Hampshire County Council',1);
INSERT INTO "data_dictionary" VALUES('v_body','type','Type of authority or provider: district, county, unitary, london_borough, metropolitan, combined_authority, nhs, care_provider, school, other; empty: cannot be told','','county',1);
INSERT INTO "data_dictionary" VALUES('v_body','type_by','Who says the type: rule, table, import or person','','rule',1);
INSERT INTO "data_dictionary" VALUES('v_body','council_code','Code of the council in a table that was imported','','HAM',1);
INSERT INTO "data_dictionary" VALUES('v_body','gss_code','Code of the council''s area, of the Office for National Statistics','','E10000014',1);
INSERT INTO "data_dictionary" VALUES('v_body','started_on','First day of the council','ISO date','2023-04-01',1);
INSERT INTO "data_dictionary" VALUES('v_body','ended_on','Last day of the council','ISO date','2023-03-31',1);
INSERT INTO "data_dictionary" VALUES('v_body','successor','Name of the council that took over','','Somerset Council',1);
INSERT INTO "data_dictionary" VALUES('v_body','spellings','How many spellings of its name are known','','2',1);
INSERT INTO "data_dictionary" VALUES('v_body','decisions','How many decisions of it are in the archive','','12',1);
CREATE TABLE decision (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	source_id INTEGER NOT NULL, 
	reference VARCHAR(64) NOT NULL, 
	reference_key VARCHAR(64) NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	body_id INTEGER NOT NULL, 
	body_name TEXT NOT NULL, 
	category TEXT, 
	subcategory TEXT, 
	category_raw TEXT, 
	kind VARCHAR(16) NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	outcome_raw TEXT NOT NULL, 
	decided_on DATE NOT NULL, 
	decided_on_raw TEXT NOT NULL, 
	summary TEXT, 
	satisfied_on DATE, 
	satisfied_on_raw TEXT, 
	status VARCHAR(16) NOT NULL, 
	status_since DATETIME, 
	first_seen_at DATETIME NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	first_crawl_id INTEGER, 
	lag_days INTEGER, 
	content_sha256 VARCHAR(64) NOT NULL, 
	text_sha256 VARCHAR(64) NOT NULL, 
	reading_sha256 VARCHAR(64) NOT NULL, 
	shared_sha256 VARCHAR(64), 
	parser_version VARCHAR(32) NOT NULL, 
	warnings TEXT NOT NULL, 
	CONSTRAINT ck_decision_kind CHECK (kind IN ('statement', 'report')), 
	CONSTRAINT ck_decision_outcome CHECK (outcome IN ('upheld', 'not_upheld', 'closed', 'unknown')), 
	CONSTRAINT ck_decision_status CHECK (status IN ('live', 'expired', 'withdrawn')), 
	CONSTRAINT fk_decision_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT fk_decision_first_crawl_id FOREIGN KEY(first_crawl_id) REFERENCES crawl (id), 
	CONSTRAINT fk_decision_source_id FOREIGN KEY(source_id) REFERENCES source (id), 
	CONSTRAINT uq_decision_source_id_reference UNIQUE (source_id, reference), 
	CONSTRAINT uq_decision_source_id_reference_key UNIQUE (source_id, reference_key)
);
INSERT INTO "decision" VALUES(1,1,'24 001 234','24001234','http://127.0.0.1:8000/decisions/housing/allocations/24-001-234','Northmoor District Council (24 001 234)',1,'Northmoor District Council','Housing','Allocations','Housing > Allocations','statement','upheld','Upheld','2025-06-09','09 Jun 2025','The Council lost Ms B’s form. It will apologise and pay her £250.',NULL,NULL,'live',NULL,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,'96e17860a1352a897b2b281b3a45212c92945900d60da978d57dc461daea622a','0000000000000000000000000000000000000000000000000000000000000000','b1cbcdaac9c3f832055e05bbd370173c7a95c870f93603c8e72ad7f487fddf56',NULL,'test-1','["an oddity"]');
INSERT INTO "decision" VALUES(2,1,'24 001 235','24001235','http://127.0.0.1:8000/decisions/housing/allocations/24-001-235','Northmoor District Council (24 001 235)',1,'Northmoor District Council','Housing','Allocations','Housing > Allocations','statement','upheld','Upheld','2025-06-09','09 Jun 2025','The Council lost Ms B’s form. It will apologise and pay her £250.',NULL,NULL,'live',NULL,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,'c1b33f6c97b3026fd65dee62c601720f3e2d26deb76cdc2c0db5a928ad3d9bc3','0000000000000000000000000000000000000000000000000000000000000000','4e2380f13e4aaf2a21c3b177e6c3b71c792d4743b1f7ce3b9c0437f4093cc6b4',NULL,'test-1','["an oddity"]');
INSERT INTO "decision" VALUES(3,1,'24 001 236','24001236','http://127.0.0.1:8000/decisions/housing/allocations/24-001-236','Northmoor District Council (24 001 236)',1,'Northmoor District Council','Housing','Allocations','Housing > Allocations','statement','upheld','Upheld','2025-06-09','09 Jun 2025','The Council lost Ms B’s form. It will apologise and pay her £250.',NULL,NULL,'live',NULL,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,'c4eb8e852f5b24f7f5e13e577c58e6680f2e32a0c5623a355eb0ddc992803e8f','0000000000000000000000000000000000000000000000000000000000000000','2089f8ccb96950c02ab806cfccbc34f4d7750ddb041deb9ccfa52cfd3122fce0',NULL,'test-1','["an oddity"]');
CREATE TABLE decision_link (
	decision_id INTEGER NOT NULL, 
	other_id INTEGER NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_decision_link PRIMARY KEY (decision_id, other_id, kind), 
	CONSTRAINT fk_decision_link_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) ON DELETE CASCADE, 
	CONSTRAINT fk_decision_link_other_id FOREIGN KEY(other_id) REFERENCES decision (id) ON DELETE CASCADE
);
INSERT INTO "decision_link" VALUES(1,3,'invented');
CREATE TABLE decision_url (
	decision_id INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	first_seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_decision_url PRIMARY KEY (decision_id, url), 
	CONSTRAINT fk_decision_url_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) ON DELETE CASCADE
);
INSERT INTO "decision_url" VALUES(1,'http://127.0.0.1:8000/decisions/housing/allocations/24-001-234','2026-03-02 12:00:00.000000');
INSERT INTO "decision_url" VALUES(2,'http://127.0.0.1:8000/decisions/housing/allocations/24-001-235','2026-03-02 12:00:00.000000');
INSERT INTO "decision_url" VALUES(3,'http://127.0.0.1:8000/decisions/housing/allocations/24-001-236','2026-03-02 12:00:00.000000');
CREATE TABLE finding (
	id INTEGER NOT NULL, 
	decision_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	subject TEXT, 
	outcome VARCHAR(16) NOT NULL, 
	outcome_raw TEXT NOT NULL, 
	CONSTRAINT pk_finding PRIMARY KEY (id), 
	CONSTRAINT ck_finding_outcome CHECK (outcome IN ('upheld', 'not_upheld', 'closed', 'unknown')), 
	CONSTRAINT fk_finding_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) ON DELETE CASCADE, 
	CONSTRAINT uq_finding_decision_id_position UNIQUE (decision_id, position)
);
INSERT INTO "finding" VALUES(1,1,1,NULL,'upheld','Upheld');
INSERT INTO "finding" VALUES(2,2,1,NULL,'upheld','Upheld');
INSERT INTO "finding" VALUES(3,3,1,NULL,'upheld','Upheld');
CREATE TABLE listed (
	id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	reference VARCHAR(64) NOT NULL, 
	reference_key VARCHAR(64) NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	kind VARCHAR(16), 
	outcome_raw TEXT, 
	subcategory TEXT, 
	decided_on DATE, 
	decided_on_raw TEXT, 
	summary TEXT, 
	first_listed_at DATETIME NOT NULL, 
	lag_days INTEGER, 
	last_listed_at DATETIME NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	attempts INTEGER NOT NULL, 
	misses INTEGER NOT NULL, 
	missing_runs INTEGER NOT NULL, 
	last_error TEXT, 
	last_attempt_at DATETIME, 
	decision_id INTEGER, 
	CONSTRAINT pk_listed PRIMARY KEY (id), 
	CONSTRAINT ck_listed_state CHECK (state IN ('wanted', 'held', 'failed', 'unavailable', 'gone')), 
	CONSTRAINT fk_listed_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) ON DELETE SET NULL, 
	CONSTRAINT fk_listed_source_id FOREIGN KEY(source_id) REFERENCES source (id), 
	CONSTRAINT uq_listed_source_id_url UNIQUE (source_id, url)
);
INSERT INTO "listed" VALUES(1,1,'invented','invented','invented','invented','invented','invented','invented','2026-03-02','invented','invented','2026-03-02 12:00:00.000000',1,'2026-03-02 12:00:00.000000','wanted',1,1,1,'invented','2026-03-02 12:00:00.000000',3);
CREATE TABLE listing_window (
	id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	first_day DATE NOT NULL, 
	last_day DATE NOT NULL, 
	stated INTEGER, 
	found INTEGER, 
	opened_at DATETIME NOT NULL, 
	proven_at DATETIME, 
	state VARCHAR(16) NOT NULL, 
	mismatches INTEGER NOT NULL, 
	CONSTRAINT pk_listing_window PRIMARY KEY (id), 
	CONSTRAINT ck_listing_window_state CHECK (state IN ('open', 'proven', 'unproven', 'disputed', 'split')), 
	CONSTRAINT fk_listing_window_source_id FOREIGN KEY(source_id) REFERENCES source (id), 
	CONSTRAINT uq_listing_window_source_id_body_first_day_last_day UNIQUE (source_id, body, first_day, last_day)
);
INSERT INTO "listing_window" VALUES(1,1,'invented','2026-03-02','2026-03-02',1,1,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000','open',1);
CREATE TABLE page (
	id INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	final_url TEXT NOT NULL, 
	fetched_at DATETIME NOT NULL, 
	status INTEGER NOT NULL, 
	headers TEXT NOT NULL, 
	body_zstd BLOB, 
	body_page_id INTEGER, 
	sha256 VARCHAR(64) NOT NULL, 
	refused TEXT, 
	CONSTRAINT pk_page PRIMARY KEY (id), 
	CONSTRAINT fk_page_body_page_id FOREIGN KEY(body_page_id) REFERENCES page (id)
);
INSERT INTO "page" VALUES(1,'http://127.0.0.1:8000/decisions/housing/allocations/24-001-234','http://127.0.0.1:8000/decisions/housing/allocations/24-001-234','2026-03-02 12:00:00.000000',200,'[["content-type", "text/html"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]]',X'28B52FFD202E7101003C68746D6C3E616E20696E76656E74656420706167652061626F757420323420303031203233343C2F68746D6C3E',NULL,'b76195d7974c01591997cee7b01c71cc40ad6a4ccdc19db5d409864110a2e27d',NULL);
INSERT INTO "page" VALUES(2,'http://127.0.0.1:8000/decisions/housing/allocations/24-001-235','http://127.0.0.1:8000/decisions/housing/allocations/24-001-235','2026-03-02 12:00:00.000000',200,'[["content-type", "text/html"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]]',X'28B52FFD202E7101003C68746D6C3E616E20696E76656E74656420706167652061626F757420323420303031203233353C2F68746D6C3E',NULL,'2975d935162db25a48580924e5b13ffd571bb7f0156776e422c51a600a8c705f',NULL);
INSERT INTO "page" VALUES(3,'http://127.0.0.1:8000/decisions/housing/allocations/24-001-236','http://127.0.0.1:8000/decisions/housing/allocations/24-001-236','2026-03-02 12:00:00.000000',200,'[["content-type", "text/html"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]]',X'28B52FFD202E7101003C68746D6C3E616E20696E76656E74656420706167652061626F757420323420303031203233363C2F68746D6C3E',NULL,'54aa6001472a9fe2bad789cae9ecdd1d43c7b0ec62cf7363a3a9a739624b68b2',NULL);
CREATE TABLE paragraph (
	id INTEGER NOT NULL, 
	section_id INTEGER NOT NULL, 
	ordinal INTEGER NOT NULL, 
	number INTEGER, 
	label TEXT, 
	level INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_paragraph PRIMARY KEY (id), 
	CONSTRAINT fk_paragraph_section_id FOREIGN KEY(section_id) REFERENCES section (id) ON DELETE CASCADE, 
	CONSTRAINT uq_paragraph_section_id_ordinal UNIQUE (section_id, ordinal)
);
INSERT INTO "paragraph" VALUES(1,1,1,1,NULL,0,'Ms B says the Council lost her housing form.');
INSERT INTO "paragraph" VALUES(2,4,2,2,NULL,0,'The Council had a duty to answer (Housing Act 1996):');
INSERT INTO "paragraph" VALUES(3,4,3,NULL,'a',1,'within four weeks; and');
INSERT INTO "paragraph" VALUES(4,4,4,NULL,'b',1,'in writing.');
INSERT INTO "paragraph" VALUES(5,3,5,3,NULL,0,'Within one month the Council will pay Ms B £250.');
INSERT INTO "paragraph" VALUES(6,5,1,1,NULL,0,'Ms B says the Council lost her housing form.');
INSERT INTO "paragraph" VALUES(7,8,2,2,NULL,0,'The Council had a duty to answer (Housing Act 1996):');
INSERT INTO "paragraph" VALUES(8,8,3,NULL,'a',1,'within four weeks; and');
INSERT INTO "paragraph" VALUES(9,8,4,NULL,'b',1,'in writing.');
INSERT INTO "paragraph" VALUES(10,7,5,3,NULL,0,'Within one month the Council will pay Ms B £250.');
INSERT INTO "paragraph" VALUES(11,9,1,1,NULL,0,'Ms B says the Council lost her housing form.');
INSERT INTO "paragraph" VALUES(12,12,2,2,NULL,0,'The Council had a duty to answer (Housing Act 1996):');
INSERT INTO "paragraph" VALUES(13,12,3,NULL,'a',1,'within four weeks; and');
INSERT INTO "paragraph" VALUES(14,12,4,NULL,'b',1,'in writing.');
INSERT INTO "paragraph" VALUES(15,11,5,3,NULL,0,'Within one month the Council will pay Ms B £250.');
CREATE TABLE "remedy" (
	id INTEGER NOT NULL, 
	paragraph_id INTEGER NOT NULL, 
	char_start INTEGER NOT NULL, 
	char_end INTEGER NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	amount_pence INTEGER, 
	rate_pence INTEGER, 
	rate_period VARCHAR(16), 
	share_percent FLOAT, 
	payee TEXT, 
	is_total BOOLEAN NOT NULL, 
	deadline VARCHAR(16), 
	raw TEXT NOT NULL, 
	rule VARCHAR(64) NOT NULL, 
	per_person BOOLEAN DEFAULT 0 NOT NULL, 
	correction_id INTEGER, 
	CONSTRAINT pk_remedy PRIMARY KEY (id), 
	CONSTRAINT fk_remedy_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraph (id) ON DELETE CASCADE, 
	CONSTRAINT fk_remedy_correction_id FOREIGN KEY(correction_id) REFERENCES remedy_correction (id) ON DELETE CASCADE
);
INSERT INTO "remedy" VALUES(1,5,34,47,'payment',25000,NULL,NULL,NULL,'Ms B',0,'P1M','pay Ms B £250','pay-someone',1,NULL);
INSERT INTO "remedy" VALUES(2,10,34,47,'payment',25000,NULL,NULL,NULL,'Ms B',0,'P1M','pay Ms B £250','pay-someone',1,NULL);
INSERT INTO "remedy" VALUES(3,15,34,47,'payment',25000,NULL,NULL,NULL,'Ms B',0,'P1M','pay Ms B £250','pay-someone',1,NULL);
CREATE TABLE remedy_correction (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	decision_id INTEGER NOT NULL, 
	correction VARCHAR(16) NOT NULL, 
	fits BOOLEAN NOT NULL, 
	revision INTEGER NOT NULL, 
	text_sha256 VARCHAR(64) NOT NULL, 
	paragraph_sha256 VARCHAR(64) NOT NULL, 
	paragraph_number INTEGER, 
	paragraph_ordinal INTEGER NOT NULL, 
	section_position INTEGER NOT NULL, 
	char_start INTEGER NOT NULL, 
	char_end INTEGER NOT NULL, 
	occurrence INTEGER NOT NULL, 
	occurrences INTEGER NOT NULL, 
	raw TEXT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	amount_pence INTEGER, 
	rate_pence INTEGER, 
	rate_period VARCHAR(16), 
	share_percent FLOAT, 
	payee TEXT, 
	is_total BOOLEAN NOT NULL, 
	deadline VARCHAR(16), 
	per_person BOOLEAN NOT NULL, 
	machine_then TEXT NOT NULL, 
	machine_now TEXT NOT NULL, 
	beside TEXT NOT NULL, 
	made_by TEXT, 
	note TEXT, 
	made_at DATETIME NOT NULL, 
	undone_at DATETIME, 
	CONSTRAINT ck_remedy_correction_correction CHECK (correction IN ('changed', 'removed', 'added')), 
	CONSTRAINT fk_remedy_correction_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) ON DELETE CASCADE
);
INSERT INTO "remedy_correction" VALUES(1,3,'changed',0,1,'invented','invented',1,1,1,1,1,1,1,'invented','invented',1,1,'invented',0.5,'invented',0,'invented',0,'invented','invented','invented','invented','invented','2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000');
CREATE TABLE revision (
	id INTEGER NOT NULL, 
	decision_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	content_sha256 VARCHAR(64) NOT NULL, 
	text_sha256 VARCHAR(64) NOT NULL, 
	parser_version VARCHAR(32) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_revision PRIMARY KEY (id), 
	CONSTRAINT fk_revision_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) ON DELETE CASCADE, 
	CONSTRAINT uq_revision_decision_id_number UNIQUE (decision_id, number)
);
INSERT INTO "revision" VALUES(1,1,1,'96e17860a1352a897b2b281b3a45212c92945900d60da978d57dc461daea622a','0000000000000000000000000000000000000000000000000000000000000000','test-1','2026-03-02 12:00:00.000000');
INSERT INTO "revision" VALUES(2,2,1,'c1b33f6c97b3026fd65dee62c601720f3e2d26deb76cdc2c0db5a928ad3d9bc3','0000000000000000000000000000000000000000000000000000000000000000','test-1','2026-03-02 12:00:00.000000');
INSERT INTO "revision" VALUES(3,3,1,'c4eb8e852f5b24f7f5e13e577c58e6680f2e32a0c5623a355eb0ddc992803e8f','0000000000000000000000000000000000000000000000000000000000000000','test-1','2026-03-02 12:00:00.000000');
CREATE TABLE revision_page (
	revision_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	page_id INTEGER NOT NULL, 
	CONSTRAINT pk_revision_page PRIMARY KEY (revision_id, position), 
	CONSTRAINT fk_revision_page_page_id FOREIGN KEY(page_id) REFERENCES page (id), 
	CONSTRAINT fk_revision_page_revision_id FOREIGN KEY(revision_id) REFERENCES revision (id) ON DELETE CASCADE
);
INSERT INTO "revision_page" VALUES(1,1,1);
INSERT INTO "revision_page" VALUES(2,1,2);
INSERT INTO "revision_page" VALUES(3,1,3);
CREATE TABLE section (
	id INTEGER NOT NULL, 
	decision_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	heading TEXT NOT NULL, 
	parent_id INTEGER, 
	CONSTRAINT pk_section PRIMARY KEY (id), 
	CONSTRAINT fk_section_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) ON DELETE CASCADE, 
	CONSTRAINT fk_section_parent_id FOREIGN KEY(parent_id) REFERENCES section (id) ON DELETE CASCADE, 
	CONSTRAINT uq_section_decision_id_position UNIQUE (decision_id, position)
);
INSERT INTO "section" VALUES(1,1,1,'complaint','The complaint',NULL);
INSERT INTO "section" VALUES(2,1,2,'findings','What I found',NULL);
INSERT INTO "section" VALUES(3,1,4,'remedy','Agreed action',NULL);
INSERT INTO "section" VALUES(4,1,3,'background','What happened',2);
INSERT INTO "section" VALUES(5,2,1,'complaint','The complaint',NULL);
INSERT INTO "section" VALUES(6,2,2,'findings','What I found',NULL);
INSERT INTO "section" VALUES(7,2,4,'remedy','Agreed action',NULL);
INSERT INTO "section" VALUES(8,2,3,'background','What happened',6);
INSERT INTO "section" VALUES(9,3,1,'complaint','The complaint',NULL);
INSERT INTO "section" VALUES(10,3,2,'findings','What I found',NULL);
INSERT INTO "section" VALUES(11,3,4,'remedy','Agreed action',NULL);
INSERT INTO "section" VALUES(12,3,3,'background','What happened',10);
CREATE TABLE source (
	id INTEGER NOT NULL, 
	"key" VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	base_url TEXT NOT NULL, 
	licence TEXT NOT NULL, 
	attribution TEXT NOT NULL, 
	retention TEXT NOT NULL, 
	enumeration VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_source PRIMARY KEY (id), 
	CONSTRAINT uq_source_key UNIQUE ("key")
);
INSERT INTO "source" VALUES(1,'lgsco','Local Government and Social Care Ombudsman','http://127.0.0.1:8000','free with acknowledgement','© Local Government and Social Care Ombudsman','statement 5 years, report 10 years','date_windows');
CREATE INDEX ix_page_sha256 ON page (sha256);
CREATE INDEX ix_page_url ON page (url);
CREATE INDEX ix_decision_body_id ON decision (body_id);
CREATE INDEX ix_decision_decided_on ON decision (decided_on);
CREATE INDEX ix_decision_first_crawl_id ON decision (first_crawl_id);
CREATE INDEX ix_decision_last_seen_at ON decision (last_seen_at);
CREATE INDEX ix_decision_shared_sha256 ON decision (shared_sha256);
CREATE INDEX ix_decision_link_other_id ON decision_link (other_id);
CREATE INDEX ix_listed_decided_on ON listed (decided_on);
CREATE INDEX ix_listed_decision_id ON listed (decision_id);
CREATE INDEX ix_listed_reference_key ON listed (reference_key);
CREATE INDEX ix_listed_state ON listed (state);
CREATE INDEX ix_section_kind ON section (kind);
CREATE INDEX ix_section_parent_id ON section (parent_id);
CREATE INDEX ix_change_decision_id ON change (decision_id);
CREATE INDEX ix_change_revision_id ON change (revision_id);
CREATE INDEX ix_revision_page_page_id ON revision_page (page_id);
CREATE INDEX ix_citation_paragraph_id ON citation (paragraph_id);
CREATE INDEX ix_body_successor_id ON body (successor_id);
CREATE INDEX ix_body_council_code ON body (council_code);
CREATE INDEX ix_body_gss_code ON body (gss_code);
CREATE INDEX ix_body_name_key ON body_name ("key");
CREATE INDEX ix_body_name_body_id ON body_name (body_id);
CREATE INDEX ix_cross_reference_paragraph_id ON cross_reference (paragraph_id);
CREATE INDEX ix_cross_reference_target_id ON cross_reference (target_id);
CREATE INDEX ix_remedy_correction_decision_id ON remedy_correction (decision_id);
CREATE INDEX ix_remedy_paragraph_id ON remedy (paragraph_id);
CREATE INDEX ix_remedy_correction_id ON remedy (correction_id);
CREATE INDEX ix_boilerplate_cluster ON boilerplate (cluster);
CREATE VIEW v_decision AS
        SELECT d.id AS id, s.key AS source, d.reference AS reference, d.title AS title,
               b.name AS body, b.type AS body_type, d.body_name AS body_name,
               d.category AS category,
               d.subcategory AS subcategory, d.kind AS kind, d.outcome AS outcome,
               d.outcome_raw AS outcome_raw, d.decided_on AS decided_on, d.summary AS summary,
               d.satisfied_on AS satisfied_on, d.status AS status,
               d.status_since AS status_since, d.first_seen_at AS first_seen_at,
               d.last_seen_at AS last_seen_at, (SELECT MAX(r.number) FROM revision r WHERE r.decision_id = d.id) AS revision, d.url AS url,
               s.attribution AS attribution
        FROM decision d
        JOIN source s ON s.id = d.source_id
        JOIN body b ON b.id = d.body_id;
CREATE VIEW v_paragraph AS
        SELECT p.id AS id, d.id AS decision_id, s.key AS source, d.reference AS reference,
               b.name AS body, d.body_name AS body_name, d.decided_on AS decided_on,
               d.outcome AS outcome, d.status AS status, c.position AS section_position,
               c.kind AS section_kind, c.heading AS heading, p.ordinal AS ordinal,
               p.number AS number, p.label AS label, p.level AS level, p.text AS text,
               REPLACE(REPLACE(d.reference, ' ', '-'), '/', '-') || '@' || CAST((SELECT MAX(r.number) FROM revision r WHERE r.decision_id = d.id) AS TEXT) || '#' ||
               CASE WHEN p.number IS NULL THEN 'o' || CAST(p.ordinal AS TEXT)
                    ELSE 'p' || CAST(p.number AS TEXT) END AS paragraph_key
        FROM paragraph p
        JOIN section c ON c.id = p.section_id
        JOIN decision d ON d.id = c.decision_id
        JOIN source s ON s.id = d.source_id
        JOIN body b ON b.id = d.body_id;
CREATE VIEW v_remedy AS
        SELECT r.id AS id, d.id AS decision_id, s.key AS source, d.reference AS reference,
               b.name AS body, d.decided_on AS decided_on, d.outcome AS outcome,
               d.status AS status, r.kind AS kind, r.amount_pence AS amount_pence,
               r.rate_pence AS rate_pence, r.rate_period AS rate_period,
               r.share_percent AS share_percent, r.payee AS payee, r.is_total AS is_total,
               r.per_person AS per_person, r.deadline AS deadline, r.raw AS raw, r.rule AS rule,
               CASE WHEN r.correction_id IS NULL THEN 0 ELSE 1 END AS corrected,
               r.correction_id AS correction_id, m.made_by AS made_by, m.made_at AS made_at,
               m.note AS note, REPLACE(REPLACE(d.reference, ' ', '-'), '/', '-') || '@' || CAST((SELECT MAX(r.number) FROM revision r WHERE r.decision_id = d.id) AS TEXT) || '#' ||
               CASE WHEN p.number IS NULL THEN 'o' || CAST(p.ordinal AS TEXT)
                    ELSE 'p' || CAST(p.number AS TEXT) END AS paragraph_key
        FROM remedy r
        JOIN paragraph p ON p.id = r.paragraph_id
        JOIN section c ON c.id = p.section_id
        JOIN decision d ON d.id = c.decision_id
        JOIN source s ON s.id = d.source_id
        JOIN body b ON b.id = d.body_id
        LEFT JOIN remedy_correction m ON m.id = r.correction_id;
CREATE VIEW v_body AS
        SELECT b.id AS id, b.name AS name, b.type AS type, b.type_by AS type_by,
               b.council_code AS council_code, b.gss_code AS gss_code,
               b.started_on AS started_on, b.ended_on AS ended_on, s.name AS successor,
               (SELECT COUNT(*) FROM body_name n WHERE n.body_id = b.id) AS spellings,
               (SELECT COUNT(*) FROM decision d WHERE d.body_id = b.id) AS decisions
        FROM body b
        LEFT JOIN body s ON s.id = b.successor_id;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('decision',3);
INSERT INTO "sqlite_sequence" VALUES('change',3);
INSERT INTO "sqlite_sequence" VALUES('remedy_correction',1);
COMMIT;
