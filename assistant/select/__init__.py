"""Choose what to quote: a question and passages come in; scored sentences and the coverage go out."""
