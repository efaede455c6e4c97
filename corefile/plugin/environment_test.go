package plugin_test

import "testing"

// TestEnvironment shows that a word that depends on the pod's environment hides nothing but
// itself.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	for plugin, examples := range map[string][]example{
		"acl": {
			{text: "acl {\nblock net {$NET}\n}", want: "warning 2:11 environment-reference"},
			{text: "acl {\nblock net {$X} foo\nallow foo\n}", want: "warning 2:11 environment-reference; 3:7 invalid-value"},
			{text: "acl {\nblock net 10.0.0.0/33 {$X}\n}", want: "warning 2:23 environment-reference; 2:11 invalid-value"},
		},
		"bind": {
			{text: "bind {$IP}", want: "warning 1:6 environment-reference"},
			{text: "bind {$IP} 10.0.0.0/24", want: "warning 1:6 environment-reference; 1:12 invalid-value"},
		},
		"cache": {
			{text: "cache {$TTL} {\nprefetch 10 1m {$P}%\nsuccess {$N} x\n}", want: "warning 1:7 environment-reference; warning 2:16 environment-reference; warning 3:9 environment-reference; 3:14 invalid-value"},
			{text: "cache {\nserve_stale 1h {$MODE} 1s\n}", want: "warning 2:16 environment-reference"},
			{text: "cache {$A}\ncache", want: "warning 1:7 environment-reference; 2:1 repeated-plugin"},
		},
		"dynupdate": {
			{text: "dynupdate {$ZONE} {\nfile a\nallow key host.example.net A\n}", want: "warning 1:11 environment-reference; warning 2:6 pod-file"},
			{text: "dynupdate {\n{$PROPERTY} a\n}", want: "warning 2:1 environment-reference"},
		},
		"errors": {
			{text: "errors {$OUT} b", want: "warning 1:8 environment-reference; 1:15 wrong-arguments"},
		},
		"forward": {
			{text: "forward . {$UP}", want: "warning 1:11 environment-reference"},
			{text: "forward {$FROM} 192.0.2.1", want: "warning 1:9 environment-reference"},
			{text: "forward . {$UP} {\nbogus\n}", want: "warning 1:11 environment-reference; 2:1 unknown-property"},
			{text: "forward . {$UP} 192.0.2.1:53x:", want: "warning 1:11 environment-reference; 1:17 invalid-value"},
			{text: "forward {$UP}", want: "warning 1:9 environment-reference; 1:9 wrong-arguments"},
			{text: "forward . 192.0.2.1 {\n{$PROPERTY} 5\nmax_fails x\n}", want: "warning 2:1 environment-reference; 3:11 invalid-value"},
			{text: "forward . 192.0.2.1 {\nexpire {$E}\nmax_age 5s\n}", want: "warning 2:8 environment-reference"},
			{text: "forward . 192.0.2.1 {\nhealth_check 1s {$OPTION} example.org\n}", want: "warning 2:17 environment-reference"},
		},
		"hosts": {
			{text: "hosts {\nfallthrough_unsupported\n{$PROPERTY} example.org\n}", want: "warning 3:1 environment-reference"},
			{text: "hosts {$FILE} {\n{$IP} name\nfallthrough\nttl x\n}", want: "warning 1:7 environment-reference; warning 2:1 environment-reference; 4:5 invalid-value"},
		},
		"loop": {
			{text: "loop {$X}", want: "warning 1:6 environment-reference; 1:6 wrong-arguments"},
		},
		"rewrite": {
			{text: "rewrite {$MODE} name a b\nrewrite name a", want: "warning 1:9 environment-reference; 2:14 wrong-arguments"},
			{text: "rewrite name regex {$RE} a{3}", want: "warning 1:20 environment-reference"},
		},
		"template": {
			{text: "template IN A {\nanswer \"{{ .Name }} 60 IN A {$IP}\"\nrcode nothing\n}", want: "warning 2:8 environment-reference; 3:7 invalid-value"},
			{text: "template IN A {\nvar {$NAME} 1\nexpr name2 == 1\n}", want: "warning 2:5 environment-reference"},
		},
		"file": {
			{text: "file db {\nreload -1s\n{$PROPERTY} 5s\n}", want: "warning 3:1 environment-reference; warning 1:6 pod-file"},
			{text: "file db {\nreload -1s\n}\n{$PLUGIN}", want: "warning 1:6 pod-file"},
		},
		"header": {
			{text: "header {\n{$PROPERTY} set aa\n}\nheader {\nbroken\n}", want: "warning 2:1 environment-reference"},
			{text: "{$PLUGIN}\nheader {\nresponse add aa\n}"},
		},
		"k8s_external": {
			{text: "kubernetes\nk8s_external {$ZONE}", want: "warning 2:14 environment-reference"},
			{text: "{$PLUGIN}\nk8s_external"},
		},
		"quic": {
			{text: "quic {\nmax_streams {$N}\n}", want: "warning 2:13 environment-reference"},
			{text: "{$PLUGIN}\nquic {\nmax_st.eams x\n}"},
		},
		"trace": {
			{text: "trace {\nzipkin_max_batch_interval 1ns\n{$PROPERTY} 1s\n}", want: "warning 3:1 environment-reference"},
			{text: "trace {\nzipkin_max_batch_interval 1ns\n}\n{$PLUGIN}"},
		},
		"tsig": {
			{text: "tsig {\nrequire {$TYPES} foo\n}", want: "warning 2:9 environment-reference"},
		},
	} {
		t.Run(plugin, func(t *testing.T) {
			t.Parallel()
			runExamples(t, plugin, examples)
		})
	}
}
