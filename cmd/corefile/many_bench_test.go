package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkManyManifests judges a repository of 1,000 manifests of 60 lines.
func BenchmarkManyManifests(b *testing.B) {
	folder := b.TempDir()
	for i := range 1000 {
		var lines []string
		for zone := range 9 {
			lines = append(lines, fmt.Sprintf("z%d.example.org {", zone), "  errors", "  forward . 10.0.0.53 10.0.1.53", "  cache 30", "}", "")
		}
		cluster := filepath.Join(folder, fmt.Sprint("cluster", i/10))
		if err := os.MkdirAll(cluster, 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(cluster, fmt.Sprint(i, ".yaml")), []byte(corefileOf("dns-extra-configs", lines...)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		var out bytes.Buffer
		if code := run([]string{"check", folder}, strings.NewReader(""), &out, &out); code != exitClean {
			b.Fatalf("exit code %d, prints %.1000s", code, &out)
		}
	}
}
