-- Written and emptied again by every look whether the disk takes what is written.
CREATE TABLE probe (
  id INTEGER PRIMARY KEY,
  content BLOB NOT NULL
) STRICT;
