package plugin_test

import "testing"

func TestDynupdate(t *testing.T) {
	t.Parallel()
	runExamples(t, "dynupdate", []example{
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\n}", want: "warning 2:6 pod-file"},
		{text: "dynupdate sub.example.org {\nfile db.example.org\nallow key. * *\ndatabase /data/db\nmax_records 1\nmax_bytes 1\nmax_update_records 1\n}", want: "warning 2:6 pod-file"},
		{text: "dynupdate", want: "1:1 missing-property"},
		{text: "dynupdate {\nfile db.example.org\n}", want: "warning 2:6 pod-file; 3:1 missing-property"},
		{text: "dynupdate {\nallow key. * *\n}", want: "3:1 missing-property"},
		{text: "dynupdate a..b {\nfile db.example.org\nallow key. * *\n}", want: "1:11 invalid-value"},
		{text: "dynupdate 10.0.0.0/23 {\nfile db.example.org\nallow key. * *\n}", want: "1:11 invalid-value"},
		{text: "dynupdate 10.0.0.0/24 {\nfile db.example.org\nallow key. * *\nallow key. 1.0.0.10.in-addr.arpa PTR\n}", want: "warning 2:6 pod-file"},
		{text: "dynupdate one two {\nfile db.example.org\nallow key. * *\n}", want: "1:15 wrong-arguments"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\n}\ndynupdate", want: "warning 2:6 pod-file; 5:1 repeated-plugin"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nfile db.other\n}", want: "warning 2:6 pod-file; 4:1 repeated-plugin"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\ndatabase\n}", want: "warning 2:6 pod-file; 4:1 wrong-arguments"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\ndatabase \"\"\n}", want: "warning 2:6 pod-file; 4:10 wrong-arguments"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\ndatabase ./db.example.org\n}", want: "warning 2:6 pod-file; 4:10 conflicting-settings"},
		{text: "dynupdate {\nfile\nallow key. * *\ndatabase\n}", want: "2:1 wrong-arguments; 4:1 wrong-arguments"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\ndatabase db.example.org{$X}\n}", want: "warning 4:10 environment-reference; warning 2:6 pod-file"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nmax_bytes 0\n}", want: "warning 2:6 pod-file; 4:11 invalid-value"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nmax_bytes\n}", want: "warning 2:6 pod-file; 4:1 wrong-arguments"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nmax_bytes 1\nmax_bytes 1\n}", want: "warning 2:6 pod-file; 5:1 repeated-plugin"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\ndeny key. * *\n}", want: "warning 2:6 pod-file; 4:1 unknown-property"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nallow key. @ a TXT Type1\nallow key. WWW.example.org ANY\n}", want: "warning 2:6 pod-file"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nallow key. www\n}", want: "warning 2:6 pod-file; 4:12 wrong-arguments"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nallow @ * *\n}", want: "warning 2:6 pod-file; 4:7 invalid-value"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nallow key. www A\n}", want: "warning 2:6 pod-file; 4:12 invalid-value"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nallow key. www.example.org A *\n}", want: "warning 2:6 pod-file; 4:30 invalid-value"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nallow key. * DS\n}", want: "warning 2:6 pod-file; 4:14 invalid-value"},
		{text: "dynupdate {\nfile db.example.org\nallow key. * *\nallow key. * TYPE0\n}", want: "warning 2:6 pod-file; 4:14 invalid-value"},
	})
}
