-- evidence.db: every table, key and view of one review. The load stage runs this file and fills the tables;
-- nothing alters them afterwards. Null means that the source does not say. Lists are JSON arrays.
-- Spans are (section, start, end): Unicode code points in `sections.text`, end exclusive.
-- Checks of three values and more are written with OR: SQLite builds a table for each IN, row by row, in bulk loads.

PRAGMA user_version = 2;   -- the version of this file; pipeline/store reads it from here

-- Articles ---------------------------------------------------------------------------------------------------

CREATE TABLE articles (   -- one PubMed record a row
    pmid                 INTEGER PRIMARY KEY,     -- PubMed identifier; from 99000001 a placeholder where none is known
    version              INTEGER NOT NULL,        -- version of the PubMed record
    doi                  TEXT,                    -- digital object identifier, without https://doi.org/
    pmcid                TEXT,                    -- PubMed Central identifier
    title                TEXT NOT NULL,           -- the title, as in section 0
    journal              TEXT,                    -- full name of the journal
    journal_abbreviation TEXT,                    -- its ISO or MEDLINE abbreviation
    year                 INTEGER,                 -- year of publication
    publication_date     TEXT,                    -- date of publication as the record prints it, verbatim
    volume               TEXT,                    -- volume of the journal
    issue                TEXT,                    -- issue of the volume
    pages                TEXT,                    -- pages or article number
    authors              TEXT NOT NULL,           -- JSON array of {last, fore, initials, collective}, in order
    publication_types    TEXT NOT NULL,           -- JSON array of PubMed publication types
    mesh_headings        TEXT NOT NULL,           -- JSON array of MeSH headings
    keywords             TEXT NOT NULL,           -- JSON array of the authors' keywords
    language             TEXT,                    -- language code of the article
    study_type           TEXT,                    -- design, as read from the text (data dictionary)
    retracted            INTEGER NOT NULL CHECK (retracted IN (0, 1)),  -- 1: retracted by a notice
    notice               TEXT CHECK (notice = 'retraction' OR notice = 'erratum' OR notice = 'expression_of_concern'),
                                                  -- set where the record is itself such a notice
    related              TEXT NOT NULL,           -- JSON array of {kind, pmid, source}: errata, retractions, comments
    vernacular_title     TEXT,                    -- the title in the language of the article
    other_abstracts      TEXT NOT NULL,           -- JSON array of {language, kind, text}; kept, never mined
    is_book              INTEGER NOT NULL CHECK (is_book IN (0, 1)),           -- 1: a book or a chapter
    copyright            TEXT,                    -- the line that the record puts under its abstract
    is_digest            INTEGER NOT NULL CHECK (is_digest IN (0, 1)),         -- 1: own-words digest, not the abstract
    is_placeholder       INTEGER NOT NULL CHECK (is_placeholder IN (0, 1)),    -- 1: the PMID is no PubMed identifier
    date_revised         TEXT,                    -- when PubMed last revised the record
    flags                TEXT NOT NULL,           -- JSON array: what the extractor flagged about the article
    text_sha256          TEXT NOT NULL            -- fingerprint of title and abstract; decisions are bound to it
) STRICT;

CREATE INDEX articles_text ON articles (text_sha256);

CREATE TABLE sections (   -- the text, a part a row
    pmid         INTEGER NOT NULL REFERENCES articles (pmid),   -- the article
    section      INTEGER NOT NULL,   -- number of the section in its article; 0 is the title
    label        TEXT,               -- the author's heading
    nlm_category TEXT,               -- PubMed's own category of it
    text         TEXT NOT NULL,      -- the text as stored: every character of the record, superscripts as ^
    PRIMARY KEY (pmid, section)
) STRICT;

CREATE VIEW article_texts AS   -- one row an article: what the full-text search reads
SELECT a.pmid, a.title,
       (SELECT group_concat(text, char(10)) FROM sections s WHERE s.pmid = a.pmid AND s.section > 0) AS abstract
FROM articles a;

CREATE VIRTUAL TABLE articles_fts USING fts5 (   -- full-text search over titles and abstracts
    title,       -- words of the title
    abstract,    -- words of the abstract
    content = 'article_texts', content_rowid = 'pmid', tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TABLE missing (   -- asked for and not delivered
    pmid   INTEGER PRIMARY KEY,   -- the identifier
    reason TEXT                   -- why, as far as it is known
) STRICT;

CREATE TABLE duplicates (   -- pairs of articles that may be one study; both are kept, a reviewer excludes one
    pmid       INTEGER NOT NULL REFERENCES articles (pmid),   -- one article
    other_pmid INTEGER NOT NULL REFERENCES articles (pmid),   -- the other
    reason     TEXT,   -- what they have in common
    similarity REAL    -- 0-1, how alike they are
) STRICT;

CREATE TABLE searches (   -- what was asked, of whom and when
    search_id   INTEGER PRIMARY KEY,   -- number of the search, from 1
    source      TEXT NOT NULL,         -- the database asked, or the files read
    query       TEXT,                  -- the query as sent
    translation TEXT,                  -- the query as the database understood it
    date        TEXT,                  -- when it was run (ISO 8601)
    count       INTEGER,               -- records found
    details     TEXT NOT NULL          -- JSON: the whole record of the search
) STRICT;

-- Screening --------------------------------------------------------------------------------------------------

CREATE TABLE screening (   -- who is in or out, and who said so
    pmid     INTEGER NOT NULL REFERENCES articles (pmid),   -- the article
    stage    TEXT NOT NULL CHECK (stage = 'record' OR stage = 'content' OR stage = 'review' OR stage = 'final'),
                                -- record: what the record says of itself; content: what was found in its text;
                                -- review: a reviewer's decision; final: what stands, one row an article
    decision TEXT NOT NULL CHECK (decision = 'included' OR decision = 'excluded' OR decision = 'unsure'),
                                -- the decision
    reason   TEXT,              -- why excluded or unsure (the protocol's list)
    basis    TEXT NOT NULL CHECK (basis IN ('automatic', 'human')),                  -- who decided
    reviewer TEXT,              -- name of the reviewer; null where automatic
    score    REAL               -- priority in the reading order, high first; stage record only
) STRICT;
CREATE INDEX screening_pmid ON screening (pmid, stage);

-- What was read in the texts ---------------------------------------------------------------------------------

CREATE TABLE mentions (   -- every name that was recognised in a text
    pmid           INTEGER NOT NULL REFERENCES articles (pmid),   -- the article
    section        INTEGER NOT NULL,   -- number of the section
    start          INTEGER NOT NULL,   -- first character
    "end"          INTEGER NOT NULL,   -- character after the last
    text           TEXT NOT NULL,      -- the words; equal to the section's text from start to end
    label          TEXT NOT NULL,      -- vocabulary that knows them (drug, event, ...) or the model's label
    concept        TEXT,               -- concept in the vocabulary
    preferred_name TEXT,               -- its preferred name
    identifier     TEXT,               -- its identifier, SCHEME:id
    FOREIGN KEY (pmid, section) REFERENCES sections (pmid, section)
) STRICT;
CREATE INDEX mentions_pmid ON mentions (pmid);

CREATE TABLE findings (                -- as the machine read them; evidence_table has them as reviewers left them
    finding_id        TEXT PRIMARY KEY,   -- short hash of what the finding is: article, drug, label, quotes
    pmid              INTEGER NOT NULL REFERENCES articles (pmid),   -- the article
    level             TEXT NOT NULL CHECK (level IN ('case', 'group')),   -- one patient, or one cohort or arm
    label             TEXT,      -- how the text tells this row from its neighbours
    attribution       TEXT NOT NULL CHECK (attribution IN ('own', 'reviewed')),   -- whose result it is
    drug              TEXT NOT NULL,   -- international nonproprietary name; the class where only that is named
    regimen           TEXT,      -- what the drug was given with
    indication        TEXT,      -- preferred term of the condition treated
    n_treated         INTEGER,   -- patients at risk
    n_events          INTEGER,   -- patients with the event
    incidence_percent REAL,      -- per cent, as stated
    incidence_ci_low  REAL,      -- per cent, lower end of the stated 95 % interval
    incidence_ci_high REAL,      -- per cent, upper end of it
    event_definition  TEXT,      -- which event was counted (group rows)
    definition_text   TEXT,      -- the publication's own definition of the late event, as quoted
    age_years         REAL,      -- years; for a group the mean or median of those with the event
    sex               TEXT,      -- female or male
    onset_days        REAL,      -- days from the anchor to the event
    onset_low_days    REAL,      -- days, low end of the range or interquartile range
    onset_high_days   REAL,      -- days, high end of it
    onset_statistic   TEXT,      -- exact, median, mean or range
    onset_anchor      TEXT,      -- what the clock starts at
    onset_class       TEXT,      -- early or late
    ctcae_grade       INTEGER CHECK (ctcae_grade BETWEEN 1 AND 5),        -- grade, low end where a range
    ctcae_grade_high  INTEGER CHECK (ctcae_grade_high BETWEEN 1 AND 5),   -- grade, high end of a range
    grade_basis       TEXT,      -- stated by the text, or derived from a count
    severity_term     TEXT,      -- severity as the text words it
    anc_nadir         REAL,      -- 10^9/L, lowest absolute count of the episode; 0 is a value
    anc_censored      TEXT,      -- < where the text gives only a bound of the count
    duration_days     REAL,      -- days that the event lasted
    management        TEXT NOT NULL,   -- JSON array: what was done about it
    outcome           TEXT,      -- resolved, recurred, ongoing or fatal
    rechallenge       TEXT,      -- whether the event came back on renewed exposure
    confidence        REAL CHECK (confidence BETWEEN 0 AND 1),   -- 0-1, chance that a reader reports this finding too
    flags             TEXT NOT NULL    -- JSON array: what a reviewer should look at
) STRICT;
CREATE INDEX findings_pmid ON findings (pmid);

CREATE TABLE evidence (   -- the words behind each value the machine read
    finding_id TEXT NOT NULL REFERENCES findings (finding_id),   -- the finding
    field      TEXT NOT NULL,      -- its column that the words support
    section    INTEGER NOT NULL,   -- number of the section in the finding's article
    start      INTEGER NOT NULL,   -- first character
    "end"      INTEGER NOT NULL,   -- character after the last
    quote      TEXT NOT NULL       -- the words; equal to the section's text from start to end
) STRICT;
CREATE INDEX evidence_finding ON evidence (finding_id, field);

CREATE TABLE field_confidence (   -- how sure each value that the machine read with a quote is
    finding_id TEXT NOT NULL REFERENCES findings (finding_id),   -- the finding
    field      TEXT NOT NULL,      -- its column; of a list, each of its items
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),   -- 0-1, chance that a reader has this value too
    PRIMARY KEY (finding_id, field)
) STRICT;

CREATE TABLE rejected (   -- candidates for a value that were not used
    pmid    INTEGER NOT NULL REFERENCES articles (pmid),   -- the article
    section INTEGER NOT NULL,   -- number of the section
    start   INTEGER NOT NULL,   -- first character
    "end"   INTEGER NOT NULL,   -- character after the last
    text    TEXT NOT NULL,      -- the words that were a candidate
    kind    TEXT NOT NULL,      -- what they might have been: event, onset, drug, ...
    reason  TEXT NOT NULL       -- why they were not used
) STRICT;
CREATE INDEX rejected_pmid ON rejected (pmid);

-- What people decided ----------------------------------------------------------------------------------------

CREATE TABLE reviews (                     -- every row of every decisions file, applied or not
    review_id  INTEGER PRIMARY KEY,        -- number of the decision, files in order of their names
    file       TEXT NOT NULL,              -- name of the decisions file
    line       INTEGER NOT NULL,           -- line in that file
    reviewer   TEXT NOT NULL,              -- stem of the file: who decided
    role       TEXT NOT NULL CHECK (role IN ('reviewer', 'adjudicator')),   -- an adjudicator settles disagreements
    pmid       INTEGER,                    -- article, as the decision names it
    finding_id TEXT,                       -- finding, as the decision names it; null for a whole article
    field      TEXT,                       -- column decided on; null for a whole finding or article
    value      TEXT,                       -- value decided, as written
    action     TEXT,                       -- set, accept, reject, include, exclude or add
    reason     TEXT,                       -- reason of an exclusion or rejection
    date       TEXT,                       -- day of the decision, as written
    note       TEXT,                       -- the reviewer's remark
    quote      TEXT,                       -- the words the decision was made on
    anchor     TEXT,                       -- fingerprint of the text and place of the finding's evidence then
    status     TEXT NOT NULL CHECK (status IN ('applied', 'stale', 'refused')),
                                           -- stale: text or finding has changed since; refused: not a valid decision
    why        TEXT,                       -- why stale or refused, or how it was found again
    applied_pmid       INTEGER REFERENCES articles (pmid),   -- article it applies to now; null unless applied
    applied_finding_id TEXT,               -- finding it applies to now
    position   TEXT,                       -- what it says, as JSON: equal positions are agreement
    section    INTEGER,                    -- where the quote stands in the article: number of the section
    start      INTEGER,                    -- first character
    "end"      INTEGER                     -- character after the last
) STRICT;
CREATE INDEX reviews_finding ON reviews (applied_finding_id, field);
CREATE INDEX reviews_pmid ON reviews (applied_pmid, applied_finding_id, field);

CREATE TABLE reviewed_findings (   -- the findings that a decision touches, and those that reviewers added, as they stand
    finding_id        TEXT PRIMARY KEY,   -- as in findings; a hash of its own for an added one
    pmid              INTEGER NOT NULL REFERENCES articles (pmid),   -- this and the next columns: as in findings
    level             TEXT NOT NULL,   -- as in findings
    label             TEXT,      -- as in findings
    attribution       TEXT NOT NULL,   -- as in findings
    drug              TEXT NOT NULL,   -- as in findings
    regimen           TEXT,      -- as in findings
    indication        TEXT,      -- as in findings
    n_treated         INTEGER,   -- as in findings
    n_events          INTEGER,   -- as in findings
    incidence_percent REAL,      -- as in findings
    incidence_ci_low  REAL,      -- as in findings
    incidence_ci_high REAL,      -- as in findings
    event_definition  TEXT,      -- as in findings
    definition_text   TEXT,      -- as in findings
    age_years         REAL,      -- as in findings
    sex               TEXT,      -- as in findings
    onset_days        REAL,      -- as in findings
    onset_low_days    REAL,      -- as in findings
    onset_high_days   REAL,      -- as in findings
    onset_statistic   TEXT,      -- as in findings
    onset_anchor      TEXT,      -- as in findings
    onset_class       TEXT,      -- as in findings
    ctcae_grade       INTEGER,   -- as in findings
    ctcae_grade_high  INTEGER,   -- as in findings
    grade_basis       TEXT,      -- as in findings
    severity_term     TEXT,      -- as in findings
    anc_nadir         REAL,      -- as in findings
    anc_censored      TEXT,      -- as in findings
    duration_days     REAL,      -- as in findings
    management        TEXT NOT NULL,   -- as in findings
    outcome           TEXT,      -- as in findings
    rechallenge       TEXT,      -- as in findings
    confidence        REAL,      -- as in findings
    flags             TEXT NOT NULL,   -- as in findings
    kept              INTEGER NOT NULL CHECK (kept IN (0, 1)),   -- 0: reviewers rejected it, or it is not settled yet
    origin            TEXT NOT NULL CHECK (origin IN ('machine', 'reviewer')),   -- who reported it
    finding_basis     TEXT NOT NULL CHECK (finding_basis IN ('machine', 'one reviewer', 'two reviewers', 'adjudicated')),
                                 -- who says that it is a finding at all
    basis             TEXT NOT NULL,   -- JSON object: column -> one reviewer, two reviewers or adjudicated
    disputed          TEXT NOT NULL    -- JSON array: columns on which reviewers disagree and nobody has settled
) STRICT;

CREATE TABLE agreement (   -- how far two reviewers agree, field by field
    reviewer_a   TEXT NOT NULL,      -- one reviewer
    reviewer_b   TEXT NOT NULL,      -- the other
    field        TEXT NOT NULL,      -- column; "finding" for whole findings, "screening" for whole articles
    n            INTEGER NOT NULL,   -- items that both decided
    agreed       INTEGER NOT NULL,   -- items on which they agree
    percent      REAL NOT NULL,      -- per cent agreement
    percent_low  REAL NOT NULL,      -- lower end of its 95 % interval (Wilson)
    percent_high REAL NOT NULL,      -- upper end
    kappa        REAL,               -- Cohen's kappa; null where both used one and the same value only
    kappa_low    REAL,               -- lower end of its 95 % interval (Fleiss, Cohen and Everitt 1969)
    kappa_high   REAL,               -- upper end
    PRIMARY KEY (reviewer_a, reviewer_b, field)
) STRICT;

CREATE TABLE runs (                    -- the stages that made what is in here, from runs.jsonl: the last run of each
    stage             TEXT PRIMARY KEY,   -- search, fetch, screen or extract (load and export come after)
    started           TEXT,            -- ISO 8601
    ended             TEXT,            -- ISO 8601
    code_version      TEXT,            -- version of this program
    code_sha256       TEXT,            -- hash of its code
    model             TEXT,            -- name and version of the language model
    model_sha256      TEXT,            -- hash of its files
    protocol_sha256   TEXT,            -- hash of protocol and query
    vocabulary_sha256 TEXT,            -- hash of vocabularies, definitions and triggers
    input_sha256      TEXT,            -- hash of what the stage read
    output_sha256     TEXT             -- hash of what it wrote
) STRICT;

-- Views: one a question --------------------------------------------------------------------------------------

CREATE VIEW inclusion AS   -- what stands for each article, with the reason and who decided
SELECT pmid, decision, reason, basis, reviewer FROM screening WHERE stage = 'final';

CREATE VIEW citations AS   -- each article as a text refers to it; url is null for a placeholder
SELECT pmid, first_author,
       coalesce(first_author, 'Anonymous') || CASE WHEN json_array_length(authors) > 1 THEN ' et al.' ELSE '' END
       || coalesce(', ' || journal, '') || coalesce(', ' || year, '') AS citation,
       CASE WHEN is_placeholder THEN NULL ELSE 'https://pubmed.ncbi.nlm.nih.gov/' || pmid || '/' END AS url,
       retracted
FROM (SELECT *, coalesce(json_extract(authors, '$[0].last'), json_extract(authors, '$[0].collective')) AS first_author
      FROM articles);

CREATE VIEW standing_findings AS   -- findings as reviewers left them, of every article
SELECT * FROM reviewed_findings WHERE kept = 1
UNION ALL
SELECT f.*, 1, 'machine', 'machine', '{}', '[]' FROM findings f
WHERE f.finding_id NOT IN (SELECT finding_id FROM reviewed_findings);

CREATE VIEW evidence_table AS   -- what the included articles report, as reviewers left it, with the citation beside it
SELECT f.finding_id, f.pmid, f.level, f.label, f.attribution, f.drug, f.regimen, f.indication, f.n_treated, f.n_events,
       f.incidence_percent, f.incidence_ci_low, f.incidence_ci_high, f.event_definition, f.definition_text,
       f.age_years, f.sex, f.onset_days, f.onset_low_days, f.onset_high_days, f.onset_statistic, f.onset_anchor,
       f.onset_class, f.ctcae_grade, f.ctcae_grade_high, f.grade_basis, f.severity_term, f.anc_nadir, f.anc_censored,
       f.duration_days, f.management, f.outcome, f.rechallenge, f.confidence, f.flags,
       CASE WHEN f.level = 'group' AND f.n_treated > 0 AND f.n_events BETWEEN 0 AND f.n_treated
            THEN round(100.0 * f.n_events / f.n_treated, 1) END AS incidence_computed_percent,
       f.origin, f.finding_basis, f.basis, f.disputed,
       a.study_type, a.title, a.journal, a.year, a.publication_date, a.doi, a.pmcid, a.authors,
       c.first_author, c.citation, c.url, a.language, a.retracted, a.is_digest, a.is_placeholder
FROM standing_findings f
JOIN articles a ON a.pmid = f.pmid
JOIN citations c ON c.pmid = f.pmid
JOIN inclusion i ON i.pmid = f.pmid AND i.decision = 'included'
ORDER BY f.pmid, f.level, f.label, f.finding_id;

CREATE VIEW reviewed_quotes AS   -- the words that reviewers gave for the values that stand
SELECT r.applied_finding_id AS finding_id, r.field, r.section, r.start, r."end", r.quote, r.reviewer
FROM reviews r
JOIN reviewed_findings v ON v.finding_id = r.applied_finding_id
LEFT JOIN reviews j ON j.role = 'adjudicator' AND j.status = 'applied'
     AND j.applied_finding_id = r.applied_finding_id AND j.field = r.field
WHERE r.status = 'applied' AND r.section IS NOT NULL AND r.field IS NOT NULL AND r.position <> 'null'
  AND json_extract(v.basis, '$.' || r.field) IS NOT NULL AND (j.position IS NULL OR j.position = r.position);

CREATE VIEW evidence_spans AS   -- the words behind each value as it stands: the reviewers', else the machine's
SELECT e.finding_id, e.field, e.section, e.start, e."end", e.quote, NULL AS reviewer
FROM evidence e
WHERE NOT EXISTS (SELECT 1 FROM reviewed_quotes q WHERE q.finding_id = e.finding_id AND q.field = e.field)
UNION ALL
SELECT finding_id, field, section, start, "end", quote, reviewer FROM reviewed_quotes;

CREATE VIEW prisma AS   -- counts of the flow; identified = repeated + missing + screened, screened = the rest summed
WITH repeated (n) AS (   -- records of the last search that came more than once: `records` came, `count` are kept
    SELECT max(0, ifnull((SELECT json_extract(details, '$.records') - count FROM searches
                          ORDER BY search_id DESC LIMIT 1), 0))
)
SELECT 1 AS position, 'identified' AS box, NULL AS reason, NULL AS basis,
       (SELECT count(*) FROM articles) + (SELECT count(*) FROM missing) + n AS n FROM repeated
UNION ALL SELECT 2, 'repeated', NULL, NULL, n FROM repeated
UNION ALL SELECT 3, 'missing', NULL, NULL, count(*) FROM missing
UNION ALL SELECT 4, 'screened', NULL, NULL, count(*) FROM articles
UNION ALL SELECT 5, 'excluded', reason, basis, count(*) FROM inclusion WHERE decision = 'excluded' GROUP BY reason, basis
UNION ALL SELECT 6, 'unsure', reason, basis, count(*) FROM inclusion WHERE decision = 'unsure' GROUP BY reason, basis
UNION ALL SELECT 7, 'included', NULL, basis, count(*) FROM inclusion WHERE decision = 'included' GROUP BY basis
ORDER BY position, basis, reason;

CREATE VIEW disagreements AS   -- what two reviewers see differently, each with his position, and what settled it
WITH positions AS (   -- who adds a value of a finding also says that it is a finding
    SELECT applied_pmid AS pmid, applied_finding_id AS finding_id, field, position, reviewer, role
    FROM reviews WHERE status = 'applied'
    UNION ALL
    SELECT applied_pmid, applied_finding_id, NULL, '"finding"', reviewer, role
    FROM reviews WHERE status = 'applied' AND action = 'add'
), disputed AS (
    SELECT pmid, finding_id, field, min(position) AS position_a, max(position) AS position_b
    FROM positions WHERE role = 'reviewer'
    GROUP BY pmid, finding_id, field HAVING min(position) <> max(position)
)
SELECT d.pmid, d.finding_id,
       coalesce(d.field, CASE WHEN d.finding_id IS NULL THEN 'screening' ELSE 'finding' END) AS field,
       d.position_a, min(r.reviewer) FILTER (WHERE r.role = 'reviewer' AND r.position = d.position_a) AS reviewer_a,
       d.position_b, min(r.reviewer) FILTER (WHERE r.role = 'reviewer' AND r.position = d.position_b) AS reviewer_b,
       max(r.position) FILTER (WHERE r.role = 'adjudicator') AS adjudicated
FROM disputed d
JOIN positions r ON r.pmid = d.pmid AND r.finding_id IS d.finding_id AND r.field IS d.field
GROUP BY d.pmid, d.finding_id, d.field
ORDER BY 1, 2, 3;

CREATE VIEW stale_decisions AS   -- decisions that are kept and not applied, with the reason
SELECT reviewer, file, line, status, why, pmid, finding_id, field, value, action, reason, date, note, quote
FROM reviews WHERE status <> 'applied' ORDER BY review_id;

CREATE VIEW candidates AS   -- every candidate for a value: used as evidence, or not used and why
SELECT f.pmid, e.section, e.start, e."end", e.quote AS text, e.field AS kind, 'used' AS outcome, NULL AS reason
FROM evidence e JOIN findings f USING (finding_id)
UNION ALL
SELECT pmid, section, start, "end", text, kind, 'not used', reason FROM rejected;

CREATE VIEW rejected_candidates AS   -- every candidate that was not used, with its reason and its article
SELECT r.pmid, r.kind, r.text, r.reason, r.section, r.start, r."end", a.title
FROM rejected r JOIN articles a USING (pmid)
ORDER BY r.pmid, r.section, r.start, r.kind;

CREATE VIEW by_drug AS   -- what is known of each drug
SELECT drug, count(*) AS findings, count(DISTINCT pmid) AS articles, sum(level = 'case') AS cases,
       sum(level = 'group') AS groups, sum(onset_days IS NOT NULL) AS with_onset, min(onset_days) AS onset_days_min,
       max(onset_days) AS onset_days_max, sum(coalesce(ctcae_grade_high, ctcae_grade) >= 3) AS grade3_or_higher
FROM evidence_table GROUP BY drug ORDER BY findings DESC, drug;

CREATE VIEW by_indication AS   -- what is known in each condition
SELECT indication, count(*) AS findings, count(DISTINCT pmid) AS articles, sum(level = 'case') AS cases,
       sum(level = 'group') AS groups, sum(onset_days IS NOT NULL) AS with_onset, min(onset_days) AS onset_days_min,
       max(onset_days) AS onset_days_max, sum(coalesce(ctcae_grade_high, ctcae_grade) >= 3) AS grade3_or_higher
FROM evidence_table GROUP BY indication ORDER BY findings DESC, indication;
