"""The addresses of the rival."""

from django.urls import path

from tests.bench.rival import views

urlpatterns = [
    path("questions", views.QuestionList.as_view()),
    path("questions/<uuid:uid>", views.QuestionDetail.as_view()),
    path("question-logs", views.QuestionLogCreate.as_view()),
]
