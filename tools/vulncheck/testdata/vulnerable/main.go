// Command vulnerable calls a function that takes hours for a long argument.
package main

import (
	"os"

	"golang.org/x/text/language"
)

func main() {
	_, _, _ = language.ParseAcceptLanguage(os.Args[0])
}
